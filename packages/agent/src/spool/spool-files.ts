/** Paths of a spool, as patterns: all that is ever written, and what is read to see whether the process that holds its
 * lock still runs. */
export function spoolFiles(dir: string): { written: string[]; read: string[] } {
  return { written: [dir, `${dir}/*.spool`, `${dir}/lock`, `${dir}/lock.*`], read: ['/proc/*/stat'] }
}
