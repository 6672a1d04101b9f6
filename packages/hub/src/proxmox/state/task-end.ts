export interface TaskEnd {
  state: 'running' | 'ok' | 'warnings' | 'failed'
  /** What Proxmox says of its end; null while it runs. */
  message: string | null
}

/** How a task ended, by its status: `OK`, `WARNINGS: 2`, or the error itself. */
export function taskEnd(status: string | undefined, endtime: number | undefined): TaskEnd {
  if (endtime === undefined) return { state: 'running', message: null }
  if (status === 'OK') return { state: 'ok', message: status }
  if (status === undefined || status === '') return { state: 'failed', message: 'ended without a status' }
  return { state: /^WARNINGS(: \d+)?$/.test(status) ? 'warnings' : 'failed', message: status }
}
