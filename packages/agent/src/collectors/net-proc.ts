import type { Roots } from '../config.ts'
import { readKernelText } from '../kernel-text.ts'
import type { Reads } from '../reads.ts'

export const netReads = (file: string): Reads => [`{proc}/1/net/${file}`, `{proc}/net/${file}`]

/** A file of `/proc/net` as the machine itself sees it. `/proc/net` belongs to the reader's network namespace:
 * where somebody mounted another machine view's /proc for us, its process 1 is the one to ask. */
export function readNetText({ procRoot }: Pick<Roots, 'procRoot'>, file: string): string | undefined {
  const ofInit = procRoot === '/proc' ? undefined : readKernelText(`${procRoot}/1/net/${file}`)
  return ofInit ?? readKernelText(`${procRoot}/net/${file}`)
}
