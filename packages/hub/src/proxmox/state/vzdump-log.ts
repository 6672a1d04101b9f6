/** How the backup of one guest went within a run. */
export interface GuestOutcome {
  vmid: number
  state: 'ok' | 'warnings' | 'failed'
  message: string
}

/** Reads the log of a vzdump task, guest by guest:
 * `INFO: Starting Backup of VM 100 (qemu)`, `ERROR: Backup of VM 100 failed - …`, `WARN: …`. A guest whose end is not
 * told (the task died) has failed. */
export function readVzdumpLog(lines: readonly string[], taskMessage: string): GuestOutcome[] {
  const outcomes = new Map<number, GuestOutcome>()
  let current: number | undefined
  let warning: string | undefined
  for (const line of lines) {
    const started = /^INFO: Starting Backup of VM (\d+)\b/.exec(line)?.[1]
    const failed = /^ERROR: Backup of VM (\d+) failed - (.*)/.exec(line)
    const finished = /^INFO: Finished Backup of VM (\d+)\b/.exec(line)?.[1]
    if (started !== undefined) {
      current = Number(started)
      warning = undefined
      outcomes.set(current, { vmid: current, state: 'failed', message: taskMessage })
    } else if (failed !== null) {
      const vmid = Number(failed[1])
      outcomes.set(vmid, { vmid, state: 'failed', message: failed[2] ?? taskMessage })
      current = undefined
    } else if (finished !== undefined) {
      const vmid = Number(finished)
      const state = warning === undefined ? 'ok' : 'warnings'
      outcomes.set(vmid, { vmid, state, message: warning ?? 'OK' })
      current = undefined
    } else if (current !== undefined && line.startsWith('WARN: ')) {
      warning ??= line.slice('WARN: '.length)
      outcomes.set(current, { vmid: current, state: 'warnings', message: warning })
    }
  }
  return [...outcomes.values()]
}
