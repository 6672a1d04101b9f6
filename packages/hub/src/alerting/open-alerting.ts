import { HOUR, SECOND } from '@lumen/model/time'
import type { Clock } from '@lumen/std/clock'
import { errorMessage } from '@lumen/std/error'
import { every } from '@lumen/std/every'
import type { Log } from '@lumen/std/log'
import type { Tsdb } from '@lumen/tsdb/api'
import type { ControlDb } from '../control-db/control-db.ts'
import type { HostRegistry } from '../hosts/host-registry.ts'
import type { HostSummaries } from '../hosts/host-summary.ts'
import type { PresenceBoard } from '../hosts/presence-board.ts'
import type { LiveStream } from '../live/live-stream.ts'
import type { Settings } from '../settings/settings.ts'
import { forgetOldAlerts } from './alert-history.ts'
import { AlertNews } from './alert-news.ts'
import type { Check } from './check.ts'
import type { Dependents } from './dependents.ts'
import { type DerivedValue, derivedValues } from './derived/derived-values.ts'
import { DerivedWatch } from './derived/derived-watch.ts'
import { AlertEngine } from './engine.ts'
import { Heartbeat } from './heartbeat/heartbeat.ts'
import { heldTroubles } from './held-troubles.ts'
import { type ChannelTrouble, type HubTrouble, HubTroubles } from './hub-troubles.ts'
import { noteChanges } from './note-changes.ts'
import type { Teller } from './notice.ts'
import type { QuietBook } from './quiet.ts'
import { RuleStore } from './rule-store.ts'

export interface AlertingParts {
  db: ControlDb
  clock: Clock
  log: Log
  tsdb: Tsdb
  registry: HostRegistry
  presence: PresenceBoard
  summaries: HostSummaries
  live: LiveStream
  teller: Teller
  quiet: QuietBook
  settings: Settings
  dependents: Dependents
  channelTroubles(): readonly ChannelTrouble[]
  /** What is wrong with connections to elsewhere, and with tokens. */
  otherTroubles(): readonly HubTrouble[]
}

export interface Alerting extends AsyncDisposable {
  rules: RuleStore
  engine: AlertEngine
  troubles: HubTroubles
  derived(check: Check): Promise<readonly DerivedValue[]>
}

/** Puts the parts of alerting together and has them begin: what the run before left is taken up, and every second is looked
 * at from now on. */
export async function openAlerting(parts: AlertingParts): Promise<Alerting> {
  const { db, clock, log, tsdb, registry, presence, summaries, live, quiet, dependents } = parts
  const rules = await RuleStore.open({ db, clock, log })
  const heartbeat = new Heartbeat({
    ...{ clock, log, settings: () => parts.settings.wire.heartbeat },
    isHealthy: () => tsdb.health().flushFault === null && engine.book.fault === null,
  })
  const troubles = new HubTroubles({
    ...{ tsdb, channels: parts.channelTroubles },
    others: () => [
      ...(heartbeat.trouble === null ? [] : [heartbeat.trouble]),
      ...parts.otherTroubles(),
      ...heldTroubles(engine.fireLimit, (hostId) => registry.get(hostId)?.name),
    ],
  })
  const engine = new AlertEngine({
    ...{ db, clock, log, rules, registry, presence, quiet, dependents, teller: parts.teller },
    isOutdated: (host) => (host.protocol === 'native' ? summaries.isOutdated(host) : undefined),
    troubles: () => troubles.now(),
    stoppedAt: Math.max(0, ...tsdb.lastSampleTimes().values()),
  })
  const news = new AlertNews({ engine, live, carriedBy: (hostId) => dependents.carriedBy(hostId) })
  const derived = new DerivedWatch({
    ...{ tsdb, clock, log },
    checks: () => engine.derivedChecks(),
    take: (check, key, value) => engine.derived(check, key, value),
  })
  engine.onChange = (record) => {
    news.changed(record)
    if (record.hostId !== null && record.state !== 'pending') live.contact(record.hostId)
  }
  engine.onFired = (record) => engine.book.lookUp(noteChanges(record, { engine, tsdb, log }))
  engine.onQuiet = () => news.allChanged()
  live.alerts = () => engine.active()
  summaries.firingOf = (hostId) => engine.book.firingOf(hostId)

  const timers = new DisposableStack()
  timers.use(news)
  engine.start()
  timers.use(every(SECOND, () => void derived.sweep()))
  timers.use(every(SECOND, () => heartbeat.sweep()))
  timers.use(every(20 * SECOND, () => void troubles.look()))
  timers.use(
    every(HOUR, () => {
      forgetOldAlerts(db).catch((fault: unknown) => {
        log.warn('old alerts stay a while longer', { fault: errorMessage(fault) })
      })
    }),
  )
  void troubles.look()
  return {
    ...{ rules, engine, troubles },
    derived: (check) => derivedValues(tsdb, check, clock.now()),
    async [Symbol.asyncDispose]() {
      timers.dispose()
      await heartbeat[Symbol.asyncDispose]()
      await engine[Symbol.asyncDispose]()
    },
  }
}
