/** How many CPUs a list such as `0-3,8` names (cpuset(7), list format); undefined when it names none. */
export function countCpus(text: string): number | undefined {
  let count = 0
  for (const part of text.trim().split(',')) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part)
    if (match === null) return undefined
    const last = Number(match[2] ?? match[1])
    count += Math.max(0, last - Number(match[1]) + 1)
  }
  return count > 0 ? count : undefined
}

/** Cores a quota allows, from `cpu.max` of cgroup v2 (`QUOTA PERIOD`, microseconds); undefined without a limit. */
export function quotaCores(text: string): number | undefined {
  const match = /^(\d+) (\d+)$/.exec(text.trim())
  return match === null ? undefined : coresOf(Number(match[1]), Number(match[2]))
}

/** The same of cgroup v1's two files; a quota of -1 is none. */
export function coresOf(quotaUs: number, periodUs: number): number | undefined {
  return quotaUs > 0 && periodUs > 0 ? quotaUs / periodUs : undefined
}
