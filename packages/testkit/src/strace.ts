import { resolve } from 'node:path'

/** One system call as `strace -f -y` prints it. */
export interface TracedCall {
  name: string
  /** Paths it names, absolute. */
  paths: string[]
  text: string
}

export const STRACE = [
  'strace',
  '-f',
  '-qq',
  '-y',
  '-s',
  '4096',
  '-e',
  'trace=%file,%network,execve,execveat',
]

const TWO_PATHS = /^(?:rename|link|symlink)/

/** Calls of a trace in their order. Lines that only end a call, and signals, are left out. */
export function parseStrace(text: string, cwd: string): TracedCall[] {
  return text.split('\n').flatMap((line): TracedCall[] => {
    const [, name, args] = /^\d+ +([a-z0-9_]+)\((.*)$/.exec(line) ?? []
    if (name === undefined || args === undefined) return []
    const named = [...args.matchAll(/(?:(?:AT_FDCWD|\d+)(?:<([^>]*)>)?, )?"((?:[^"\\]|\\.)*)"/g)]
    const paths = named
      .slice(0, TWO_PATHS.test(name) ? 2 : 1)
      .map(([, folder, path = '']) => resolve(folder ?? cwd, path))
    return [{ name, paths, text: line }]
  })
}

/** What a trace says about sending: addresses connected to, and whatever a process that only sends has no use for. */
export function networkOf(calls: readonly TracedCall[]): { connected: Set<string>; suspicious: string[] } {
  const connected = new Set<string>()
  const suspicious: string[] = []
  for (const { name, text } of calls) {
    if (name === 'listen' || name === 'accept' || name === 'accept4') suspicious.push(text)
    if (name === 'bind' && !text.includes('AF_NETLINK')) suspicious.push(text)
    if (name !== 'connect' || text.includes('AF_UNSPEC')) continue
    const inet = /sin6?_port=htons\((\d+)\).*?"([^"]+)"/.exec(text)
    connected.add(inet === null ? (/sun_path="([^"]+)"/.exec(text)?.[1] ?? text) : `${inet[2]}:${inet[1]}`)
  }
  return { connected, suspicious }
}
