import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toFixedPoint } from '@lumen/model/fixed-point'
import { isEntityName, layoutOf } from '@lumen/model/metric'
import type { EntityRow, Sample } from '@lumen/model/sample'
import { ruleSpecSchema } from '@lumen/protocol/http/alerts/rule'
import type { Clock } from '@lumen/std/clock'
import { silentLog } from '@lumen/std/log'
import { type ControlDb, openControlDb } from '../../control-db/control-db.ts'
import type { Statement } from '../../control-db/statement.ts'
import { HostRegistry } from '../../hosts/host-registry.ts'
import { PresenceBoard } from '../../hosts/presence-board.ts'
import { type Dependents, NO_DEPENDENTS } from '../dependents.ts'
import { AlertEngine } from '../engine.ts'
import { heldTroubles } from '../held-troubles.ts'
import type { HubTrouble } from '../hub-troubles.ts'
import type { Notice } from '../notice.ts'
import type { Quiet, QuietSubject } from '../quiet.ts'
import { RuleStore, type StoredRule } from '../rule-store.ts'

export const INTERVAL_MS = 5_000

type Words = Record<string, string>
/** Values in catalogue units and words, by entity and key, as an agent would write them. */
export type Readings = Record<
  string,
  Record<string, Record<string, number | string>> | Record<string, number>
>

/** A clock that moves only when told. */
export interface MovableClock extends Clock {
  advance(ms: number): void
  step(ms: number): void
}

/** An engine over a real control.db, with a clock that moves only when told and hosts that say what the test wants. What
 * would be told is read from what is committed, as the outbox would read it. */
export class AlertBench implements AsyncDisposable {
  readonly clock: MovableClock
  readonly dir = mkdtempSync(join(tmpdir(), 'lumen-alerts-'))
  quietOf: (subject: QuietSubject, at: number) => Quiet | null = () => null
  dependents: Dependents = NO_DEPENDENTS
  troubles: HubTrouble[] = []
  stoppedAt: number | undefined
  db!: ControlDb
  registry!: HostRegistry
  presence!: PresenceBoard
  rules!: RuleStore
  engine!: AlertEngine
  /** Fails every write while set. */
  isDiskBroken = false
  /** The hub dies with its next write: before it is on the disk, or after it but before the hub hears of that. */
  diesAt: 'before' | 'after' | null = null
  hasDied = false
  #noticesSeen = 0
  /** Newest reading of each host that the next start finds on the disk. */
  readonly lastTimes = new Map<number, number>()

  private constructor(clock: MovableClock) {
    this.clock = clock
  }

  static async open(clock: MovableClock): Promise<AlertBench> {
    const bench = new AlertBench(clock)
    await bench.start()
    for (const { id } of [...bench.rules.list()]) await bench.rules.remove(id)
    return bench
  }

  async start(): Promise<void> {
    const db = await openControlDb(this.dir, 'inline')
    this.db = {
      ...db,
      run: async (...batch) => {
        if (this.isDiskBroken) throw new Error('disk is broken')
        if (this.diesAt === null) return db.run(...batch)
        this.hasDied = true
        if (this.diesAt === 'after') await db.run(...batch)
        this.diesAt = null
        throw new Error('the hub is dead')
      },
    }
    const { clock } = this
    this.registry = new HostRegistry(this.db, clock)
    this.presence = new PresenceBoard(clock, this.registry, this.lastTimes)
    this.rules = await RuleStore.open({ db: this.db, clock, log: silentLog })
    this.engine = new AlertEngine({
      ...{ db: this.db, clock, log: silentLog, rules: this.rules },
      ...{ registry: this.registry, presence: this.presence },
      teller: { statementsFor: (notices) => this.#outbox(notices), wake() {} },
      quiet: { of: (subject, at) => this.quietOf(subject, at), onChange() {} },
      dependents: {
        carriedBy: (id) => this.dependents.carriedBy(id),
        carrierOf: (id) => this.dependents.carrierOf(id),
        carrierOfThing: (id, entity, key) => this.dependents.carrierOfThing(id, entity, key),
        thingsOn: (id) => this.dependents.thingsOn(id),
        isBlind: (id) => this.dependents.isBlind(id),
      },
      isOutdated: (host) => host.agentVersion === 'old',
      troubles: () => [
        ...this.troubles,
        ...heldTroubles(this.engine.fireLimit, (hostId) => this.registry.get(hostId)?.name),
      ],
      stoppedAt: this.stoppedAt ?? clock.now(),
    })
    this.rules.onChange = (before, now) => this.engine.ruleChanged(before, now)
    this.registry.listener = {
      changed: (host) => this.engine.hostChanged(host),
      removed: (hostId) => {
        this.presence.forget(hostId)
        this.engine.hostRemoved(hostId)
      },
    }
  }

  /** The hub is killed and started again after so long. */
  async restart(afterMs = 2_000): Promise<void> {
    this.stoppedAt = this.clock.now()
    this.hasDied = false
    this.isDiskBroken = true
    await this.engine[Symbol.asyncDispose]()
    this.isDiskBroken = false
    await this.db[Symbol.asyncDispose]()
    this.clock.advance(afterMs)
    await this.start()
  }

  /** Adds a rule over all hosts that fires at once, as far as `spec` says nothing else. */
  async rule(spec: { name: string; condition: object } & Record<string, unknown>): Promise<StoredRule> {
    return this.rules.add(ruleSpecSchema.parse({ scope: { hosts: 'all' }, for_ms: 0, ...spec }))
  }

  async host(name: string): Promise<number> {
    const { host } = await this.registry.add(name)
    Object.assign(host, { protocol: 'native', intervalMs: INTERVAL_MS })
    return host.id
  }

  /** A push of one first-hand frame. */
  push(hostId: number, readings: Readings, ageMs = 0): void {
    const host = this.registry.get(hostId)!
    this.presence.heard(host, {})
    const ts = this.clock.now() - ageMs
    this.lastTimes.set(hostId, ts)
    this.engine.samples(hostId, [sampleOf(ts, readings)])
  }

  /** Time passes a second at a time; every host in `talking` pushes its readings each interval. */
  async pass(ms: number, talking: ReadonlyMap<number, Readings> = new Map()): Promise<void> {
    for (let second = 0; second < ms / 1_000; second++) {
      this.clock.advance(1_000)
      if (second % (INTERVAL_MS / 1_000) === 0) {
        for (const [hostId, readings] of talking) this.push(hostId, readings)
      }
      this.engine.everySecond()
      await this.engine.book.settled()
      if (this.hasDied) return
    }
  }

  /** What lies in the outbox, the oldest first, since `forget`. */
  get notices(): Notice[] {
    const rows = this.db.read<{ body: string }>('SELECT body FROM outbox ORDER BY id')
    return rows.slice(this.#noticesSeen).map(({ body }) => JSON.parse(body) as Notice)
  }

  forget(): void {
    this.#noticesSeen += this.notices.length
  }

  /** What was told so far: `fired critical web-1 /`. */
  get told(): string[] {
    return this.notices.map(({ kind, alert }) =>
      `${kind} ${alert.level} ${alert.host} ${alert.key}`.trimEnd(),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine[Symbol.asyncDispose]()
    await this.db[Symbol.asyncDispose]()
    rmSync(this.dir, { recursive: true, force: true })
  }

  #outbox(notices: readonly Notice[]): Statement[] {
    return notices.map((notice) => ({
      sql: 'INSERT INTO outbox (channel_id, alert_id, kind, at, body) VALUES (0, ?, ?, ?, ?)',
      values: [notice.alert.id, notice.kind, notice.at, JSON.stringify(notice)],
    }))
  }
}

export function sampleOf(ts: number, readings: Readings): Sample {
  const rows: EntityRow[] = []
  for (const [entity, given] of Object.entries(readings)) {
    const byKey =
      entity === 'host' ? { '': given as Record<string, number> } : (given as Record<string, Words>)
    for (const [key, fields] of Object.entries(byKey)) rows.push(rowOf(entity, key, fields))
  }
  return { seq: 1, ts, intervalMs: INTERVAL_MS, rows }
}

function rowOf(entity: string, key: string, fields: Record<string, number | string>): EntityRow {
  if (!isEntityName(entity)) throw new TypeError(`${entity} is no entity`)
  const { metrics, indexOf } = layoutOf(entity)
  const values = new Float64Array(metrics.length).fill(Number.NaN)
  const attributes: Words = {}
  for (const [name, value] of Object.entries(fields)) {
    const index = indexOf.get(name)
    if (typeof value === 'string') attributes[name] = value
    else if (index !== undefined) values[index] = toFixedPoint(value, metrics[index]!.spec)
  }
  return { entity, key, values, attributes }
}
