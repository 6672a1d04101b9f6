/** Errors that `zpool status` counts: `3 data errors, use '-v' for a list` → 3; none known → 0. Undefined when it says
 * something else. */
export function poolErrors(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^no known data errors/i.test(text.trim())) return 0
  const [, digits] = /^(\d+) data errors?/i.exec(text.trim()) ?? []
  return digits === undefined ? undefined : Number(digits)
}

/** When the last scrub or resilver ended, epoch ms: `scrub repaired 0B in 00:12:34 with 0 errors on Sun Jun 14 00:24:34
 * 2026`, in the machine's own time, which is taken for UTC. Undefined while one runs and where there was none. */
export function scrubEndedAt(scan: string | undefined): number | undefined {
  const [, stamp] = / on (\w{3} \w{3} +\d{1,2} \d{2}:\d{2}:\d{2} \d{4})/.exec(scan ?? '') ?? []
  if (stamp === undefined) return undefined
  const at = Date.parse(`${stamp} UTC`)
  return Number.isNaN(at) ? undefined : at
}
