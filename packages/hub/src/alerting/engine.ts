import type { Sample } from '@lumen/model/sample'
import { MINUTE, SECOND } from '@lumen/model/time'
import type { Alert } from '@lumen/protocol/http/alerts/alert'
import type { Clock } from '@lumen/std/clock'
import { every } from '@lumen/std/every'
import { matchesGlob } from '@lumen/std/glob'
import type { Log } from '@lumen/std/log'
import type { ControlDb } from '../control-db/control-db.ts'
import type { HostRecord } from '../hosts/host-record.ts'
import type { HostRegistry } from '../hosts/host-registry.ts'
import type { PresenceBoard } from '../hosts/presence-board.ts'
import { AlertBook } from './alert-book.ts'
import { AlertLife, GONE } from './alert-life.ts'
import { type AlertRecord, quietSubjectOf } from './alert-record.ts'
import { readAlerts } from './alert-rows.ts'
import { AlertView } from './alert-view.ts'
import { type Check, checksOf, hubChecksOf, looksAtTheSame } from './check.ts'
import type { Dependents } from './dependents.ts'
import type { Level } from './evaluate.ts'
import { Explainer } from './explainer.ts'
import { FireLimit } from './fire-limit.ts'
import { gravestFirst } from './gravest-first.ts'
import { HostPlan } from './host-plan.ts'
import type { HubTrouble } from './hub-troubles.ts'
import { advance, CALM } from './machine.ts'
import { missing } from './missing.ts'
import type { Teller } from './notice.ts'
import { PauseWatch } from './pause-watch.ts'
import { presenceLevel } from './presence-level.ts'
import type { QuietBook, QuietSubject } from './quiet.ts'
import { levelNow, readRow } from './read-sample.ts'
import { restoreAlerts } from './restore-alerts.ts'
import type { RuleStore, StoredRule } from './rule-store.ts'
import { historyAfterMs } from './silence-limits.ts'
import { SteadyClock } from './steady-clock.ts'
import type { Subject } from './subject.ts'
import { SubjectBook } from './subject-book.ts'

export interface AlertEngineParts {
  db: ControlDb
  clock: Clock
  log: Log
  rules: RuleStore
  registry: HostRegistry
  presence: PresenceBoard
  teller: Teller
  quiet: QuietBook
  dependents: Dependents
  /** Its agent is older than this hub; undefined: unknown. */
  isOutdated(host: HostRecord): boolean | undefined
  /** What is wrong with the hub itself just now. */
  troubles(): readonly HubTrouble[]
  /** When the run before this one ended, as well as that is known, epoch ms. */
  stoppedAt: number
}

/** Takes every first-hand reading and, by the clock, every silence, and turns them into alerts. All of it is in memory; the
 * book writes what became of it. */
export class AlertEngine implements AsyncDisposable {
  readonly book: AlertBook
  readonly clock: SteadyClock
  readonly view: AlertView
  /** How many alerts a host may begin, and which wait for that. */
  readonly fireLimit: FireLimit
  readonly #parts: AlertEngineParts
  readonly #plans = new Map<number, { plan: HostPlan; name: string; tags: readonly string[] }>()
  readonly #kept: SubjectBook
  readonly #explainer: Explainer
  readonly #life: AlertLife
  readonly #timers = new DisposableStack()
  /** An alert is another than before. */
  onChange: (record: AlertRecord) => void = () => {}
  /** Something that keeps alerts quiet began or ended. */
  onQuiet: () => void = () => {}
  /** An alert began to fire. */
  onFired: (record: AlertRecord) => void = () => {}
  #prunedAt = Number.NEGATIVE_INFINITY
  readonly #pauses = new PauseWatch()

  constructor(parts: AlertEngineParts) {
    this.#parts = parts
    const { registry, presence, dependents, quiet } = parts
    this.clock = new SteadyClock(parts.clock)
    this.#kept = new SubjectBook(parts)
    const { left, lastId } = readAlerts(parts.db, this.clock)
    this.#explainer = new Explainer({ registry, presence, dependents, quiet, clock: this.clock })
    const trackOf = (record: AlertRecord) => this.#kept.find(record)?.track ?? null
    this.view = new AlertView({ clock: this.clock, explainer: this.#explainer, trackOf })
    this.book = new AlertBook(
      {
        ...{ db: parts.db, clock: this.clock, log: parts.log, teller: parts.teller, trackOf },
        view: (record) => this.view.of(record),
        quietOf: (record) => this.#explainer.quietOf(record),
      },
      { records: left.map(({ record }) => record), lastId },
    )
    this.fireLimit = new FireLimit({ ...parts, hostName: (hostId) => registry.get(hostId)?.name })
    this.#life = new AlertLife({
      book: this.book,
      hostName: (hostId) => (hostId === null ? 'Hub' : registry.get(hostId)?.name),
      changed: (record) => this.#changed(record),
      fired: (record) => this.onFired(record),
      mayFire: (hostId, { check, key }) =>
        this.fireLimit.take(hostId, check.rule.id, `${check.entity} ${key}`),
    })
    restoreAlerts(
      { ...parts, kept: this.#kept, life: this.#life, explainer: this.#explainer, steady: this.clock },
      left,
    )
  }

  /** Begins to look at the clock. */
  start(): void {
    this.#timers.use(every(SECOND, () => this.everySecond()))
    this.#parts.rules.onChange = (before, now) => this.ruleChanged(before, now)
    this.#parts.quiet.onChange = () => {
      this.book.sweep()
      this.onQuiet()
    }
  }

  /** First-hand readings of a host, oldest first. What took long to come is history and moves nothing. */
  samples(hostId: number, samples: readonly Sample[]): void {
    const plan = this.planOf(hostId)
    if (plan === undefined || plan.checks.length === 0) return
    const wallNow = this.#parts.clock.now()
    const now = this.clock.now()
    for (const sample of samples) {
      const ageMs = Math.max(0, wallNow - sample.ts)
      if (ageMs > historyAfterMs(sample.intervalMs)) continue
      const at = Math.max(now - ageMs, plan.sampledAt)
      plan.sampledAt = at
      for (const row of sample.rows) {
        const subjects = plan.subjectsOf(row)
        for (let index = 0; index < subjects.length; index++) {
          const subject = subjects[index]!
          subject.rowAt = at
          const level = readRow(subject, row, at)
          if (level === undefined) continue
          subject.knownAt = at
          if (level !== null || subject.track.phase !== 'calm') this.#observe(subject, level, at)
        }
      }
    }
  }

  /** A number worked out from history. NaN: it cannot be known now. */
  derived(check: Check, key: string, value: number): void {
    const subject = this.#kept.of(check, key, this.clock.now())
    const at = this.clock.now()
    subject.value = value
    subject.rowAt = at
    const level = levelNow(subject)
    if (level === undefined) return
    subject.knownAt = at
    this.#observe(subject, level, at)
  }

  /** The second's work; one that comes late says that the hub itself was away. */
  everySecond(): void {
    this.#pauses.tick(this.clock.now())
    this.tick()
  }

  /** Looks at silence, at the hub itself and at what became due. */
  tick(): void {
    const now = this.clock.now()
    for (const host of this.#parts.registry.list()) {
      for (const subject of this.planOf(host.id)?.presence ?? []) this.#observePresence(subject, host, now)
    }
    this.#observeHub(now)
    for (const subject of this.#kept) this.#observeAbsence(subject, now)
    if (now - this.#prunedAt >= MINUTE) {
      this.#prunedAt = now
      this.#kept.prune(now)
    }
    this.book.sweep()
  }

  /** What rules look at on a host; undefined when there is no such host. */
  planOf(hostId: number): HostPlan | undefined {
    const host = this.#parts.registry.get(hostId)
    if (host === undefined) return undefined
    const known = this.#plans.get(hostId)
    if (known !== undefined && known.name === host.name && known.tags === host.tags) return known.plan
    const plan = new HostPlan(this.#checksFor(host), (check, key) =>
      this.#kept.of(check, key, this.clock.now()),
    )
    plan.sampledAt = known?.plan.sampledAt ?? plan.sampledAt
    this.#plans.set(hostId, { plan, name: host.name, tags: host.tags })
    return plan
  }

  /** A host got another name or other tags: other rules may cover it now. */
  hostChanged(host: HostRecord): void {
    const known = this.#plans.get(host.id)
    if (known !== undefined && known.name === host.name && known.tags === host.tags) return
    this.#plans.delete(host.id)
    this.#recheck((subject) => subject.check.hostId === host.id, GONE.uncovered)
  }

  hostRemoved(hostId: number): void {
    this.#plans.delete(hostId)
    this.fireLimit.forget(hostId)
    this.#recheck((subject) => subject.check.hostId === hostId, GONE.host)
  }

  ruleChanged(before: StoredRule | undefined, now: StoredRule | undefined): void {
    this.#plans.clear()
    const id = (now ?? before)?.id
    const reason = now === undefined ? GONE.rule : now.spec.is_enabled ? GONE.uncovered : GONE.disabled
    this.#recheck((subject) => subject.check.rule.id === id, reason)
  }

  /** Things of a rule that something is remembered of. */
  get kept(): Iterable<Subject> {
    return this.#kept
  }

  /** Somebody is on it, or (null) nobody is any more. Resolves when that is on the disk, or the disk refused. */
  async acknowledge(record: AlertRecord, who: { by: string; comment: string } | null): Promise<void> {
    record.ack = who === null ? null : { ...who, at: this.clock.now() }
    this.book.touch(record)
    this.#changed(record)
    await this.book.settled()
  }

  /** What changed before it fired, found out behind it. */
  noteChanges(record: AlertRecord, changes: AlertRecord['changes']): void {
    record.changes = changes
    if (record.state !== 'firing') return
    this.book.touch(record)
    this.#changed(record)
  }

  /** What is to be worked out from history, for hosts that talk. */
  *derivedChecks(): Generator<Check> {
    for (const host of this.#parts.registry.list()) {
      if (this.#parts.presence.silentMs(host.id) !== null) yield* this.planOf(host.id)?.derived ?? []
    }
  }

  /** What fires now, as silences look at it. */
  *firing(): Generator<QuietSubject> {
    for (const record of this.book.open()) if (record.state === 'firing') yield quietSubjectOf(record)
  }

  /** Alerts that are pending or fire, the gravest and newest first. */
  active(): Alert[] {
    return Array.from(this.book.open(), (record) => this.view.of(record)).sort(gravestFirst)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timers.dispose()
    await this.book[Symbol.asyncDispose]()
  }

  #observe(subject: Subject, level: Level | undefined, at: number): void {
    const { track } = subject
    const next = advance(track, level, at, subject.check.forMs)
    if (next !== track) this.#life.turn(subject, next, at)
    else if (subject.alert !== null) this.#life.refresh(subject)
    if (subject.track !== CALM) this.#kept.keep(subject)
  }

  #observePresence(subject: Subject, host: HostRecord, now: number): void {
    if (this.#isExcused(host, now)) return
    const { level, words } = presenceLevel(subject.check, host, this.#parts, subject.track.phase === 'firing')
    if (words !== null) subject.words = words
    if (level === undefined && subject.track.phase !== 'pending') return
    if (level !== undefined) subject.knownAt = now
    if (level !== null || subject.track.phase !== 'calm') this.#observe(subject, level, now)
  }

  #observeHub(now: number): void {
    const troubles = this.#parts.troubles()
    if (troubles.length > 0) {
      for (const check of this.#hubChecks()) {
        for (const { state, key, words } of troubles) {
          if (check.source.kind !== 'hub' || check.source.state !== state || !matchesGlob(check.key, key))
            continue
          const subject = this.#kept.of(check, key, this.clock.now())
          subject.words = words
          subject.rowAt = now
          this.#observe(subject, check.source.level, now)
        }
      }
    }
    for (const subject of this.#kept) {
      if (subject.check.source.kind === 'hub' && subject.rowAt < now) this.#observe(subject, null, now)
    }
  }

  #observeAbsence(subject: Subject, now: number): void {
    const { check } = subject
    if (check.hostId === null) return
    const host = this.#parts.registry.get(check.hostId)
    const plan = this.planOf(check.hostId)
    if (host === undefined || plan === undefined || this.#isExcused(host, now)) return
    const found = missing(subject, {
      ...{ now, host, plan },
      presence: this.#parts.presence.presence(host),
      isHeard: this.#parts.presence.silentMs(host.id) !== null,
    })
    switch (found.kind) {
      case 'here':
        return
      case 'level':
        if (found.words !== null) {
          subject.words = found.words
          subject.value = Number.NaN
        }
        this.#observe(subject, found.level, found.at)
        return
      case 'over':
        this.#life.end(subject, now, found.reason)
        return
    }
  }

  /** The hub itself was away, and has not heard the host since. */
  #isExcused(host: HostRecord, now: number): boolean {
    return this.#pauses.isExcused(this.#parts.presence.silentMs(host.id), now)
  }

  /** Gives things the check that holds for them now; what is covered no more is over with that reason. */
  #recheck(isMeant: (subject: Subject) => boolean, reason: string): void {
    const now = this.clock.now()
    for (const subject of this.#kept) {
      if (!isMeant(subject)) continue
      const { rule, hostId, entity } = subject.check
      const check = this.#kept.checkFor(rule.id, hostId, entity, subject.key)
      if (check === undefined) {
        this.#life.end(subject, now, reason)
        this.#kept.drop(subject)
        continue
      }
      const isOther = !looksAtTheSame(subject.check.spec.condition, check.spec.condition)
      subject.check = check
      if (subject.track.phase === 'calm') continue
      if (isOther) {
        this.#life.end(subject, now, GONE.changed)
        continue
      }
      const { source } = check
      const level = source.kind === 'metric' || source.kind === 'derived' ? levelNow(subject) : source.level
      if (level === null) this.#life.end(subject, now, GONE.changed)
      else if (level !== undefined) this.#observe(subject, level, now)
      if (subject.alert !== null) this.#life.rename(subject)
    }
  }

  #checksFor(host: HostRecord): Check[] {
    return Array.from(this.#parts.rules.list()).flatMap((rule) => checksOf(rule, host))
  }

  #hubChecks(): Check[] {
    return Array.from(this.#parts.rules.list()).flatMap(hubChecksOf)
  }

  #changed(record: AlertRecord): void {
    this.#explainer.note(record)
    this.onChange(record)
  }
}
