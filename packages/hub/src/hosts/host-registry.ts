import { factsSchema } from '@lumen/protocol/agent/facts'
import { HOST_KINDS } from '@lumen/protocol/http/hosts'
import type { Clock } from '@lumen/std/clock'
import { errorCode } from '@lumen/std/error'
import { secretHash } from '../auth/secret-hash.ts'
import type { ControlDb } from '../control-db/control-db.ts'
import { Refusal } from '../refusal.ts'
import type { HostKind, HostProfile, HostRecord } from './host-record.ts'
import { newHostToken } from './host-token.ts'
import { type HostWishes, NO_WISHES, parseWishes } from './host-wishes.ts'
import { parseTags, tidyTags } from './tags.ts'

type Row = {
  id: number
  name: string
  token_hash: string
  created_at: number
  protocol: string | null
  agent_version: string | null
  interval_ms: number | null
  facts: string | null
  wishes?: string | null
  kind?: string | null
  tags?: string | null
}

/** Who hears that a host was made, renamed or given a new token (`changed`), or deleted (`removed`). */
export interface RegistryListener {
  changed(host: HostRecord): void
  removed(hostId: number): void
}

/** The registered hosts and their tokens. Answers from memory, writes through to control.db. Ids are never used
 * twice, so history of a deleted host cannot come back under another's name. */
export class HostRegistry {
  readonly #db: ControlDb
  readonly #clock: Clock
  readonly #byId = new Map<number, HostRecord>()
  readonly #byName = new Map<string, HostRecord>()
  readonly #byTokenHash = new Map<string, HostRecord>()
  listener: RegistryListener = { changed() {}, removed() {} }

  constructor(db: ControlDb, clock: Clock) {
    this.#db = db
    this.#clock = clock
    for (const row of db.read<Row>('SELECT * FROM hosts ORDER BY id')) this.#remember(fromRow(row))
  }

  get(id: number): HostRecord | undefined {
    return this.#byId.get(id)
  }

  find(name: string): HostRecord | undefined {
    return this.#byName.get(name.toLowerCase())
  }

  list(): IterableIterator<HostRecord> {
    return this.#byId.values()
  }

  get size(): number {
    return this.#byId.size
  }

  /** The host a token belongs to now. */
  authenticate(token: string): HostRecord | undefined {
    return this.#byTokenHash.get(secretHash(token))
  }

  /** Whether the host still exists and still has the token it had when `tokenHash` was read. */
  isCurrent(host: HostRecord, tokenHash: string): boolean {
    return this.#byTokenHash.get(tokenHash) === host
  }

  /** Of a host that is asked about elsewhere nobody is told the token: nothing can push for it.
   * @throws {Refusal} 409 `host_name_taken` */
  async add(name: string, kind: HostKind = 'agent'): Promise<{ host: HostRecord; token: string }> {
    if (this.find(name) !== undefined) throw nameTaken(name)
    const token = newHostToken()
    const tokenHash = secretHash(token)
    const createdAt = this.#clock.now()
    const [written] = await this.#write(name, {
      sql: 'INSERT INTO hosts (name, token_hash, created_at, kind) VALUES (?, ?, ?, ?)',
      values: [name, tokenHash, createdAt, kind === 'agent' ? null : kind],
    })
    const host: HostRecord = {
      id: written!.rowId,
      name,
      kind,
      tokenHash,
      createdAt,
      wishes: NO_WISHES,
      tags: [],
      protocol: null,
      agentVersion: null,
      intervalMs: null,
      facts: null,
    }
    this.#remember(host)
    this.listener.changed(host)
    return { host, token }
  }

  /** @throws {Refusal} 409 `host_name_taken` */
  async rename(host: HostRecord, name: string): Promise<void> {
    const holder = this.find(name)
    if (holder !== undefined && holder !== host) throw nameTaken(name)
    await this.#write(name, { sql: 'UPDATE hosts SET name = ? WHERE id = ?', values: [name, host.id] })
    if (this.#byName.get(host.name.toLowerCase()) === host) this.#byName.delete(host.name.toLowerCase())
    host.name = name
    this.#byName.set(name.toLowerCase(), host)
    this.listener.changed(host)
  }

  /** Changes what is asked of its agent, which hears of it with its next push. */
  async setWishes(
    host: HostRecord,
    wanted: { [K in 'interval_ms' | 'collectors']?: HostWishes[K] | undefined },
  ): Promise<void> {
    const { wishes: before } = host
    const wishes: HostWishes = {
      rev: before.rev + 1,
      interval_ms: wanted.interval_ms === undefined ? before.interval_ms : wanted.interval_ms,
      collectors: wanted.collectors === undefined ? before.collectors : wanted.collectors,
    }
    // At once, so that two changes under way keep what each of them names.
    host.wishes = wishes
    try {
      await this.#db.run({
        sql: 'UPDATE hosts SET wishes = ? WHERE id = ?',
        values: [JSON.stringify(wishes), host.id],
      })
    } catch (fault) {
      if (host.wishes === wishes) host.wishes = { ...before, rev: wishes.rev + 1 }
      throw fault
    }
    this.listener.changed(host)
  }

  async setTags(host: HostRecord, wanted: readonly string[]): Promise<void> {
    const tags = tidyTags(wanted)
    await this.#db.run({
      sql: 'UPDATE hosts SET tags = ? WHERE id = ?',
      values: [tags.length === 0 ? null : JSON.stringify(tags), host.id],
    })
    host.tags = tags
    this.listener.changed(host)
  }

  /** Gives a new token; the old one is worth nothing once this resolves.
   * @throws {Refusal} 409 `host_without_agent` for a host that is asked about elsewhere */
  async rotate(host: HostRecord): Promise<string> {
    if (host.kind !== 'agent') {
      throw new Refusal(
        409,
        'host_without_agent',
        `${host.name} is told of by Proxmox: no agent pushes for it`,
      )
    }
    const token = newHostToken()
    const tokenHash = secretHash(token)
    await this.#db.run({
      sql: 'UPDATE hosts SET token_hash = ? WHERE id = ?',
      values: [tokenHash, host.id],
    })
    this.#byTokenHash.delete(host.tokenHash)
    host.tokenHash = tokenHash
    if (this.#byId.get(host.id) === host) this.#byTokenHash.set(tokenHash, host)
    this.listener.changed(host)
    return token
  }

  /** Its token ends at once, whatever the disk does. */
  async remove(host: HostRecord): Promise<void> {
    this.#byTokenHash.delete(host.tokenHash)
    await this.#db.run({ sql: 'DELETE FROM hosts WHERE id = ?', values: [host.id] })
    this.#byId.delete(host.id)
    this.#byName.delete(host.name.toLowerCase())
    this.#byTokenHash.delete(host.tokenHash)
    this.listener.removed(host.id)
  }

  /** Writes what agents told about themselves, all hosts in one transaction. */
  async saveProfiles(hosts: readonly HostRecord[]): Promise<void> {
    if (hosts.length === 0) return
    await this.#db.run(
      ...hosts.map(({ id, protocol, agentVersion, intervalMs, facts }) => ({
        sql: 'UPDATE hosts SET protocol = ?, agent_version = ?, interval_ms = ?, facts = ? WHERE id = ?',
        values: [protocol, agentVersion, intervalMs, facts === null ? null : JSON.stringify(facts), id],
      })),
    )
  }

  #remember(host: HostRecord): void {
    this.#byId.set(host.id, host)
    this.#byName.set(host.name.toLowerCase(), host)
    this.#byTokenHash.set(host.tokenHash, host)
  }

  async #write(name: string, statement: Parameters<ControlDb['run']>[0]) {
    try {
      return await this.#db.run(statement)
    } catch (fault) {
      if (errorCode(fault) === 'control_db_conflict') throw nameTaken(name)
      throw fault
    }
  }
}

function nameTaken(name: string): Refusal {
  return new Refusal(409, 'host_name_taken', `A host named ${name} exists already`, {
    errors: [{ path: 'name', message: 'is taken' }],
  })
}

function fromRow(row: Row): HostRecord {
  const profile: HostProfile = {
    protocol: row.protocol === 'native' || row.protocol === 'v1' ? row.protocol : null,
    agentVersion: row.agent_version,
    intervalMs: row.interval_ms,
    facts: row.facts === null ? null : (factsSchema.safeParse(JSON.parse(row.facts)).data ?? null),
  }
  return {
    id: row.id,
    name: row.name,
    kind: HOST_KINDS.find((kind) => kind === row.kind) ?? 'agent',
    tokenHash: row.token_hash,
    createdAt: row.created_at,
    wishes: parseWishes(row.wishes),
    tags: parseTags(row.tags),
    ...profile,
  }
}
