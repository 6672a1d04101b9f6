/** What `lumen up` tells its hub, as the first line of the hub's stdin. The pipe then stays open for as long as
 * the parent lives: its end, however it comes, makes the hub stop cleanly. */
export interface HubOrder {
  dataDir: string
  host: string
  port: number
  tlsCert: string | null
  tlsKey: string | null
  publicUrl: string | null
  trustProxy: string[] | null
  metricsAllow: string[] | null
  setupCode: string | null
  backupPassphraseFile: string | null
  downloads: string | null
  /** Name for this machine's host, registered when the data directory has no token for it. */
  machineName: string
  logLevel: 'debug' | 'info' | 'warn' | 'error'
}

/** What the hub answers, one JSON line each on its stdout. */
export type HubNews =
  | HubReady
  /** It cannot start, and starting again would not help until something is changed. */
  | { kind: 'refused'; code: string; message: string }

export interface HubReady {
  kind: 'ready'
  /** Where this machine reaches it. */
  url: string
  /** The port it took. */
  port: number
  /** While the first admin is still to be made. */
  setupCode: string | null
  /** Token of this machine's own host. */
  machineToken: string
}

export function encodeLine(message: HubOrder | HubNews): string {
  return `${JSON.stringify(message)}\n`
}
