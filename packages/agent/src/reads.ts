import type { EntityName } from '@lumen/model/catalog'
import type { Roots } from './config.ts'

/** Files or folders below one of the machine's roots. `*` stands for any characters of one name, a folder `**` for any
 * folders. What is only looked for or listed counts as read. */
export type Read = `{${'proc' | 'sys' | 'root'}}${string}`
export type Reads = readonly Read[]

/** A field of the catalogue; `*` stands for any characters. */
export type Sent = `${EntityName}.${string}`

/** What a source of numbers touches and tells, beside the code that does it. `lumen agent --explain` prints it, and a
 * test that traces the agent's system calls holds the code to it. */
export interface Declaration {
  readonly reads: Reads
  readonly sends: readonly Sent[]
  /** What is asked for by other means than opening a file, in words. */
  readonly asks?: readonly string[]
  /** Programs it runs, with their arguments and when; only where the machine's owner named one. */
  readonly runs?: readonly string[]
  /** What it cannot tell without root or a group, in words. */
  readonly asRoot?: string
}

/** A declared read as a path pattern of this machine. */
export function placed(read: Read, { procRoot, sysRoot, rootfs }: Roots): string {
  const root = rootfs.replace(/\/+$/, '')
  const path = read.replace('{proc}', procRoot).replace('{sys}', sysRoot).replace('{root}', root)
  return path === '' ? '/' : path
}

/** Whether a pattern of {@link placed} covers a path. */
export function covers(pattern: string): (path: string) => boolean {
  const source = pattern
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/\/\*\*(?=\/|$)/g, '\0')
    .replaceAll('*', '[^/]*')
    .replaceAll('\0', '(?:/[^/]+)*')
  const whole = new RegExp(`^${source}$`)
  return (path) => whole.test(path)
}
