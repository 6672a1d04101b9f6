import { readKernelText } from '../kernel-text.ts'

const READ_EVERY_MS = 10 * 60_000

/** User names by number, from the machine's own `/etc/passwd` (passwd(5)). Numbers without a name stay numbers. */
export class UserNames {
  readonly #path: string
  #names: ReadonlyMap<number, string> = new Map()
  #readAt = Number.NEGATIVE_INFINITY

  constructor(rootfs: string) {
    this.#path = `${rootfs === '/' ? '' : rootfs}/etc/passwd`
  }

  nameOf(uid: number, at: number): string {
    if (at - this.#readAt >= READ_EVERY_MS) {
      this.#readAt = at
      this.#names = this.#read()
    }
    return this.#names.get(uid) ?? String(uid)
  }

  #read(): Map<number, string> {
    try {
      return parsePasswd(readKernelText(this.#path) ?? '')
    } catch {
      return new Map()
    }
  }
}

/** The first name of each number counts. */
export function parsePasswd(text: string): Map<number, string> {
  const names = new Map<number, string>()
  for (const line of text.split('\n')) {
    const match = /^([^:#\s][^:]*):[^:]*:(\d+):/.exec(line)
    if (match !== null && !names.has(Number(match[2]))) names.set(Number(match[2]), match[1]!.slice(0, 64))
  }
  return names
}
