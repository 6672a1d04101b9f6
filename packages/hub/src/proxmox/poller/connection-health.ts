import type { ConnectionState, ImportProgress, MissingRight } from '@lumen/protocol/http/proxmox/connections'
import type { Trust } from '@lumen/protocol/http/proxmox/trust'
import type { Clock } from '@lumen/std/clock'
import { type ApiClient, callFailureText } from '../client/api-client.ts'
import type { ApiCall } from '../client/call.ts'
import { type Failure, failureText, type Outcome, rootOf } from '../client/outcome.ts'
import { majorOf } from '../connections/major-version.ts'
import { wrongCertificateOf } from '../connections/wrong-certificate.ts'

const MOST_FAULTS = 20
const POINTS = 'points'

/** How one connection fares, from what became of its calls. */
export class ConnectionHealth {
  readonly #clock: Clock
  #lastOk: number | null = null
  #clockOffsetMs: number | null = null
  /** What keeps everything from working: nothing answers, or the token is not accepted. */
  #fault: Failure | null = null
  /** Calls that fail by themselves, by path. */
  readonly #faults = new Map<string, string>()
  version: string | null = null
  missingRights: readonly MissingRight[] = []
  /** Whether the token may ask guest agents; undefined until that is known. */
  mayAskAgents: boolean | undefined
  importProgress: () => ImportProgress | null = () => null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The server's clock less the hub's, ms; null when unknown. */
  get clockOffsetMs(): number | null {
    return this.#clockOffsetMs
  }

  /** What keeps everything from working just now; undefined: nothing, or nothing is known yet. */
  get faultKind(): Failure['kind'] | undefined {
    return this.#fault?.kind
  }

  /** 9 of `9.1.2`; 0 when unknown. */
  get majorVersion(): number {
    return majorOf(this.version)
  }

  /** Points of history that were of no use. */
  noteBadPoints({ count, first }: { count: number; first: readonly string[] }): void {
    if (count === 0) this.#faults.delete(POINTS)
    else this.#note(POINTS, `${count} points of history are of no use: ${first.join('; ')}`)
  }

  learn(call: ApiCall, params: Readonly<Record<string, string | number>>, outcome: Outcome<unknown>): void {
    const key = callFailureText(call, params, { kind: 'not-there' })
    if (outcome.kind === 'ok') {
      this.#lastOk = this.#clock.now()
      this.#clockOffsetMs = outcome.clockOffsetMs ?? this.#clockOffsetMs
      this.#fault = null
      const { count, first } = outcome.bad
      if (count === 0) this.#faults.delete(key)
      else this.#note(key, `${call.path}: ${count} rows are of no use: ${first.join('; ')}`)
      return
    }
    const root = rootOf(outcome)
    if (root.kind === 'unreachable' || root.kind === 'bad-token' || root.kind === 'wrong-certificate') {
      this.#fault = root
    } else if (root.kind === 'not-there') {
      this.#faults.delete(key)
    } else {
      this.#note(key, callFailureText(call, params, root))
    }
  }

  /** As people see it; `client` is null when the secret cannot be read. */
  state(client: ApiClient | null, trust: Trust): ConnectionState {
    const halted = client?.halted ?? null
    const fault = halted ?? this.#fault
    return {
      state: this.#stateOf(client, halted),
      fault: client === null ? SEALED : fault === null ? null : failureText(fault),
      certificate: wrongCertificateOf(halted, trust),
      last_ok: this.#lastOk,
      address: client?.address ?? null,
      version: this.version,
      clock_offset_ms: this.#clockOffsetMs === null ? null : Math.round(this.#clockOffsetMs),
      requests_per_minute: client?.requestsPerMinute ?? 0,
      missing_rights: [...this.missingRights],
      faults: [...this.#faults.values()],
      import: this.importProgress(),
    }
  }

  #stateOf(client: ApiClient | null, halted: Failure | null): ConnectionState['state'] {
    if (client === null) return 'sealed'
    if (halted !== null) return 'halted'
    if (this.#fault !== null) return 'failing'
    if (this.#lastOk === null) return 'starting'
    const isLimited = this.missingRights.some(({ is_extra }) => is_extra !== true)
    return isLimited || this.#faults.size > 0 ? 'limited' : 'up'
  }

  #note(key: string, text: string): void {
    this.#faults.delete(key)
    this.#faults.set(key, text)
    const [oldest] = this.#faults.keys()
    if (this.#faults.size > MOST_FAULTS && oldest !== undefined) this.#faults.delete(oldest)
  }
}

const SEALED = 'its secret cannot be read with this data directory’s key: enter the secret again'
