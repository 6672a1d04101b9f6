/** One thing that happens to a fake cluster. `at` is epoch ms; what has an `until` ends there, or never. Nodes,
 * guests and storages go by the names of the spec, also after they were renamed. */
export type ScriptEvent =
  | NodeLoad
  | GuestLoad
  | StorageFill
  | { kind: 'guest-start'; at: number; guest: number }
  | { kind: 'guest-stop'; at: number; guest: number }
  | { kind: 'guest-destroy'; at: number; guest: number }
  /** The guest goes on at another node with counters and uptime from zero. */
  | { kind: 'migrate'; at: number; guest: number; to: string }
  | { kind: 'rename-guest'; at: number; guest: number; name: string }
  | { kind: 'rename-node'; at: number; node: string; name: string }
  /** Loses power: its port resets (or, `isSilent`, takes connections and says nothing), calls proxied to it answer
   * 595. Back at `until` it boots, and starts those of its guests that start on boot. */
  | { kind: 'node-loss'; at: number; until?: number; node: string; isSilent?: boolean }
  /** Nodes see only those of their own group. */
  | { kind: 'partition'; at: number; until?: number; groups: readonly (readonly string[])[] }
  | { kind: 'node-clock'; at: number; until?: number; node: string; offsetMs: number }
  /** How backups that start meanwhile end; of all guests of all jobs unless named. */
  | BackupOutcome
  /** A backup outside the schedule. */
  | { kind: 'backup'; at: number; guest: number; storage: string }
  /** A storage nobody can reach; of all nodes unless one is named. */
  | { kind: 'storage-loss'; at: number; until?: number; storage: string; node?: string }
  /** How jobs of a backup server that end meanwhile end: OK, `WARNINGS: 2` or the error. */
  | { kind: 'server-job'; at: number; until?: number; job: ServerJob; state: string }
  | { kind: 'replication-failure'; at: number; until?: number; guest: number; message: string }
  | {
      kind: 'pool-trouble'
      at: number
      until?: number
      node: string
      pool: string
      health: string
      errors: number
    }
  | DiskTrouble
  /** A new leaf by the cluster's own authority, or one of an authority nobody knows. */
  | CertificateChange
  | { kind: 'token-expiry'; at: number; token: string }
  /** These privileges are gone at this path and below; for every token unless named. */
  | Revocation
  | AnswerTrouble

export type ServerJob = 'verify' | 'prune' | 'sync' | 'gc'

export interface NodeLoad {
  kind: 'node-load'
  at: number
  until?: number
  node: string
  /** Share of all cores. */
  cpu?: number
  /** Share of the memory. */
  memory?: number
}

export interface GuestLoad {
  kind: 'guest-load'
  at: number
  until?: number
  guest: number
  /** Share of its own cores. */
  cpu?: number
  /** Share of its memory. */
  memory?: number
  netInBytesPerS?: number
  diskWriteBytesPerS?: number
}

export interface StorageFill {
  kind: 'storage-fill'
  at: number
  until?: number
  storage: string
  /** Of a local storage; everywhere unless named. */
  node?: string
  share: number
}

export interface BackupOutcome {
  kind: 'backup-outcome'
  at: number
  until?: number
  guest?: number
  outcome: 'ok' | 'warnings' | 'failed'
  message?: string
}

export interface DiskTrouble {
  kind: 'disk-trouble'
  at: number
  until?: number
  node: string
  /** Its path. */
  disk: string
  health: string
  wearout?: number
}

export interface CertificateChange {
  kind: 'certificate'
  at: number
  /** Every node's unless named. */
  node?: string
  by: 'own-authority' | 'stranger'
  notBeforeMs?: number
  notAfterMs?: number
}

export interface Revocation {
  kind: 'revoke'
  at: number
  until?: number
  token?: string
  path: string
  privileges: readonly string[]
}

/** Answers that are not what they should be. */
export interface AnswerTrouble {
  kind: 'answer'
  at: number
  until?: number
  /** The node asked about; for calls without one, the node that answers. */
  node?: string
  /** Template as in the API's documentation, `/nodes/{node}/storage`; every call unless named. */
  call?: string
  how: AnswerFault
}

/** - `hang`: never answers · `cut`: hangs up in the middle of the body
 * - `html`: a page with status 200 · `huge`: 10 MB of rows · `not-json`: text that claims to be JSON
 * - `null-data`: `{"data":null}` · `strings`: every number as a string · `missing-keys`: rows without their numbers
 * - `absurd-row`: one more row that fits nothing, before the others
 * - a status with a message, as pveproxy sends errors. */
export type AnswerFault =
  | 'hang'
  | 'cut'
  | 'html'
  | 'huge'
  | 'not-json'
  | 'null-data'
  | 'strings'
  | 'missing-keys'
  | 'absurd-row'
  | { status: number; message: string }

/** Whether an event goes on at this time. */
export function isDuring(event: { at: number; until?: number }, ms: number): boolean {
  return ms >= event.at && ms < (event.until ?? Number.POSITIVE_INFINITY)
}
