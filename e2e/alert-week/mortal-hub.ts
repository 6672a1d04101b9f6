import { NO_DEPENDENTS } from '@lumen/hub/alerting/dependents'
import { AlertEngine } from '@lumen/hub/alerting/engine'
import { QuietKeeper } from '@lumen/hub/alerting/quiet/quiet-keeper'
import { RuleStore } from '@lumen/hub/alerting/rule-store'
import { type Readings, sampleOf } from '@lumen/hub/alerting/testing/alert-bench'
import { openControlDb } from '@lumen/hub/control-db/control-db'
import { HostRegistry } from '@lumen/hub/hosts/host-registry'
import { PresenceBoard } from '@lumen/hub/hosts/presence-board'
import { Notifications } from '@lumen/hub/notify/notifications'
import { SecretBox } from '@lumen/hub/secrets/secret-box'
import { MINUTE } from '@lumen/model/time'
import { ruleSpecSchema } from '@lumen/protocol/http/alerts/rule'
import { maintenanceSpecSchema } from '@lumen/protocol/http/alerts/silence'
import { channelSpecSchema } from '@lumen/protocol/http/channels'
import { silentLog } from '@lumen/std/log'
import type { FakeClock } from '@lumen/testkit/fake-clock'
import { MAINTENANCE } from './fault-script.ts'
import { MortalDb } from './mortal-db.ts'

export const INTERVAL_MS = MINUTE
/** In real time: how long a server that says nothing is waited for. */
const TIMEOUT_MS = 150

const cpu = { kind: 'threshold', metric: 'host.cpu_pct', direction: 'above', warning: 90, critical: 97 }
const disk = {
  kind: 'threshold',
  metric: 'filesystem.used_pct',
  direction: 'above',
  warning: 90,
  critical: null,
}
const RULES = [
  { name: 'cpu', for_ms: 5 * MINUTE, condition: cpu },
  { name: 'disk', for_ms: 0, condition: { ...disk, clear: 85 } },
  {
    name: 'health',
    for_ms: 2 * MINUTE,
    condition: { kind: 'state', state: 'container_unhealthy', level: 'warning' },
  },
  { name: 'down', for_ms: 0, condition: { kind: 'state', state: 'host_down', level: 'critical' } },
]

export interface Services {
  webhookUrl: string
  ntfyUrl: string
  smtpPort: number
}

/** One run of a hub as far as alerts go: the real engine, rules, silences, outbox and dispatcher over the real control.db,
 * which can be killed between any two things it does. */
export class MortalHub {
  readonly db: MortalDb
  readonly engine: AlertEngine
  readonly notifications: Notifications
  readonly #clock: FakeClock
  readonly #registry: HostRegistry
  readonly #presence: PresenceBoard
  readonly #quiet: QuietKeeper

  private constructor(
    clock: FakeClock,
    parts: Pick<MortalHub, 'db' | 'engine' | 'notifications'> & {
      registry: HostRegistry
      presence: PresenceBoard
      quiet: QuietKeeper
    },
  ) {
    this.#clock = clock
    this.db = parts.db
    this.engine = parts.engine
    this.notifications = parts.notifications
    this.#registry = parts.registry
    this.#presence = parts.presence
    this.#quiet = parts.quiet
  }

  /** Hosts, rules, channels and a maintenance window, as a person would set them up. */
  static async setUp(dir: string, clock: FakeClock, hosts: number, services: Services): Promise<void> {
    const hub = await MortalHub.start(dir, clock, new Map())
    const rules = await RuleStore.open({ db: hub.db, clock, log: silentLog })
    for (const { id } of [...rules.list()]) await rules.remove(id)
    for (const spec of RULES) await rules.add(ruleSpecSchema.parse({ scope: { hosts: 'all' }, ...spec }))
    for (let index = 0; index < hosts; index++) {
      const { host } = await hub.#registry.add(`h${String(index).padStart(2, '0')}`)
      Object.assign(host, { protocol: 'native', intervalMs: INTERVAL_MS })
    }
    await hub.#registry.saveProfiles([...hub.#registry.list()])
    const mail = { host: '127.0.0.1', port: services.smtpPort, security: 'none', from: 'hub@lumen.test' }
    for (const channel of [
      { name: 'hook', kind: 'webhook', settings: { url: services.webhookUrl, headers: {} } },
      { name: 'phone', kind: 'ntfy', settings: { server: services.ntfyUrl, topic: 'alerts' } },
      { name: 'mail', kind: 'email', settings: { ...mail, to: ['ada@lumen.test'] } },
    ]) {
      await hub.notifications.channels.add(channelSpecSchema.parse(channel))
    }
    const { weekday, at, durationMs, names } = MAINTENANCE
    const window = maintenanceSpecSchema.parse({
      ...{ name: 'patch night', matcher: { hosts: [{ by: 'name', glob: names }] } },
      time: { kind: 'weekly', zone: 'UTC', days: [weekday], at, duration_ms: durationMs },
    })
    await hub.#quiet.maintenance.add(window, 'ada')
    await hub.bury()
  }

  /** @param lastSampleTimes newest reading on the disk of each host */
  static async start(
    dir: string,
    clock: FakeClock,
    lastSampleTimes: Map<number, number>,
  ): Promise<MortalHub> {
    const log = silentLog
    const db = new MortalDb(await openControlDb(dir, 'inline'))
    const registry = new HostRegistry(db, clock)
    const presence = new PresenceBoard(clock, registry, lastSampleTimes)
    const options = { timeoutMs: TIMEOUT_MS, tickMs: 2 ** 30, random: () => 1 }
    const notifications = await Notifications.open({
      ...{ db, clock, log, publicUrl: undefined, options, box: SecretBox.open(dir) },
    })
    const quiet = new QuietKeeper({ db, clock, log, hostOf: (id) => registry.get(id) })
    const engine = new AlertEngine({
      ...{ db, clock, log, registry, presence, quiet, dependents: NO_DEPENDENTS },
      rules: await RuleStore.open({ db, clock, log }),
      teller: notifications.teller,
      isOutdated: () => false,
      troubles: () => [],
      stoppedAt: clock.now(),
    })
    await notifications.start()
    return new MortalHub(clock, { db, engine, notifications, registry, presence, quiet })
  }

  /** A push of one first-hand frame, perhaps behind one from long ago. */
  push(hostId: number, readings: Readings, backlog?: { ts: number; readings: Readings }): void {
    this.#presence.heard(this.#registry.get(hostId)!, {})
    const now = { ...sampleOf(this.#clock.now(), readings), intervalMs: INTERVAL_MS }
    const old =
      backlog === undefined ? [] : [{ ...sampleOf(backlog.ts, backlog.readings), intervalMs: INTERVAL_MS }]
    this.engine.samples(hostId, [...old, now])
  }

  /** Does everything that is due at this instant, or as much of it as it lives to do. */
  async work(): Promise<void> {
    this.engine.tick()
    const whole = (async () => {
      await this.engine.book.settled()
      for (let turn = 0; turn < 4; turn++) {
        this.notifications.tick()
        await this.notifications.settled()
      }
    })()
    await Promise.race([whole, this.db.died.promise])
  }

  /** Lets go of what a killed process would not hold any more. */
  async bury(): Promise<void> {
    this.db.kill()
    await Promise.all([this.engine[Symbol.asyncDispose](), this.notifications[Symbol.asyncDispose]()])
    this.#quiet[Symbol.dispose]()
    await this.db[Symbol.asyncDispose]()
  }
}
