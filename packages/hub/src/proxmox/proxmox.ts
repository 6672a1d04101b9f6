import { SECOND } from '@lumen/model/time'
import type { ProxmoxConnection, ProxmoxInput, ProxmoxTest } from '@lumen/protocol/http/proxmox/connections'
import type { Clock } from '@lumen/std/clock'
import { every } from '@lumen/std/every'
import type { Log } from '@lumen/std/log'
import type { ControlDb } from '../control-db/control-db.ts'
import { Refusal } from '../refusal.ts'
import type { SecretBox } from '../secrets/secret-box.ts'
import { checkConnection } from './connections/check-connection.ts'
import type { Connection } from './connections/connection.ts'
import { type ConnectionChange, ConnectionStore } from './connections/connection-store.ts'
import { ConnectionWatch } from './poller/connection-watch.ts'

export interface ProxmoxParts {
  db: ControlDb
  secrets: SecretBox
  clock: Clock
  log: Log
}

/** Proxmox clusters and backup servers, asked from here without an agent. */
export class Proxmox implements AsyncDisposable {
  readonly #parts: ProxmoxParts
  readonly #store: ConnectionStore
  readonly #watches = new Map<number, ConnectionWatch>()
  #timer: Disposable | undefined

  constructor(parts: ProxmoxParts) {
    this.#parts = parts
    this.#store = new ConnectionStore(parts.db, parts.secrets, parts.clock)
    for (const connection of this.#store.list()) this.#watch(connection)
  }

  /** Begins to ask. */
  start(): void {
    this.#timer = every(SECOND, () => this.tick())
  }

  tick(): void {
    for (const watch of this.#watches.values()) watch.tick()
  }

  list(): ProxmoxConnection[] {
    return this.#store.list().map((connection) => this.#shown(connection))
  }

  /** @throws {Refusal} 409 `connection_name_taken` */
  async add(input: ProxmoxInput): Promise<ProxmoxConnection> {
    const connection = await this.#store.add(input)
    this.#watch(connection)
    return this.#shown(connection)
  }

  /** What is under way with the old words ends; a certificate that was confirmed is asked for anew.
   * @throws {Refusal} 404 `connection_unknown`, 409 `connection_name_taken`, 400 `secret_needed` */
  async change(id: number, change: ConnectionChange): Promise<ProxmoxConnection> {
    const connection = this.#store.get(id)
    await this.#store.change(connection, change)
    const before = this.#watches.get(id)
    this.#watch(connection)
    await before?.[Symbol.asyncDispose]()
    return this.#shown(connection)
  }

  /** @throws {Refusal} 404 `connection_unknown` */
  async remove(id: number): Promise<void> {
    const connection = this.#store.get(id)
    await this.#store.remove(connection)
    const watch = this.#watches.get(id)
    this.#watches.delete(id)
    await watch?.[Symbol.asyncDispose]()
  }

  /** Tries words nobody has saved. */
  test({ secret, kind, ...spec }: Omit<ProxmoxInput, 'name'>): Promise<ProxmoxTest> {
    return checkConnection({ kind, spec }, secret, this.#parts.clock)
  }

  /** @throws {Refusal} 404 `connection_unknown`, 409 `secret_unreadable` */
  async testSaved(id: number): Promise<ProxmoxTest> {
    const connection = this.#store.get(id)
    const secret = this.#store.secretOf(connection)
    if (secret !== undefined) return checkConnection(connection, secret, this.#parts.clock)
    throw new Refusal(
      409,
      'secret_unreadable',
      'The secret of this connection cannot be read: enter it again',
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer?.[Symbol.dispose]()
    await Promise.all(Array.from(this.#watches.values(), (watch) => watch[Symbol.asyncDispose]()))
  }

  #watch(connection: Connection): void {
    const secret = this.#store.secretOf(connection)
    const { clock, log } = this.#parts
    this.#watches.set(connection.id, new ConnectionWatch({ connection, secret, clock, log }))
  }

  #shown(connection: Connection): ProxmoxConnection {
    const { id, name, kind, spec, createdAt } = connection
    return { id, name, kind, ...spec, created_at: createdAt, ...this.#watches.get(id)!.state }
  }
}
