import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'
import type { Ack } from '@lumen/protocol/agent/ack'
import type { Policy } from '@lumen/protocol/agent/policy'
import type { Clock } from '@lumen/std/clock'
import { errorMessage, LumenError } from '@lumen/std/error'
import type { Log } from '@lumen/std/log'
import { Collection, type FaultChange } from './collection.ts'
import { allCollectors, type MachineCollectors } from './collectors/all.ts'
import { readFacts } from './collectors/facts.ts'
import type { AgentConfig } from './config.ts'
import { safeLine } from './environment/safe-text.ts'
import { readKernelText } from './kernel-text.ts'
import { parseUptime } from './procfs/uptime.ts'
import type { HubTrust, PushTransport } from './push/http-push.ts'
import { Uplink, type UplinkStatus } from './push/uplink.ts'
import type { Updater } from './update/updater.ts'

export interface AgentOptions {
  config: AgentConfig
  clock: Clock
  log: Log
  version: string
  random?: (() => number) | undefined
  /** Replaces HTTP, in tests. */
  transport?: PushTransport | undefined
  /** Only where the machine's owner lets it replace itself. */
  updater?: Updater | undefined
  /** Called at every answer of the hub, with the interval in force. */
  onAck?: ((intervalMs: number) => void) | undefined
}

export interface AgentStatus extends UplinkStatus {
  intervalMs: number
  frames: number
  /** Ticks not done because the one before was still under way. */
  skippedTicks: number
  collectorFaults: Readonly<Record<string, string>>
}

/** Facts are read again this often; they are sent only when they changed. */
const FACTS_MS = 10 * 60_000

/** The agent of one machine: collect → rate → retain → push, every interval. */
export class Agent implements AsyncDisposable {
  readonly #options: AgentOptions
  readonly #collection: Collection
  readonly #machine: MachineCollectors
  readonly #uplink: Uplink
  #intervalMs: number
  #state: 'new' | 'running' | 'stopped' = 'new'
  #timer: ReturnType<typeof setTimeout> | undefined
  #nextAt = 0
  #isTicking = false
  #frames = 0
  #skippedTicks = 0
  #factsAt = Number.NEGATIVE_INFINITY
  #factsText = ''
  #bootAt: number | undefined

  constructor(options: AgentOptions) {
    const { config, clock, log, version, random, transport } = options
    this.#options = options
    this.#intervalMs = config.intervalMs
    this.#machine = allCollectors(config, clock, config)
    this.#collection = new Collection(this.#machine.collectors, this.#machine.isOff)
    this.#uplink = new Uplink({
      hubUrl: config.hubUrl,
      token: config.token,
      clock,
      log,
      agentVersion: version,
      bootId: safeLine(`${config.procRoot}/sys/kernel/random/boot_id`),
      random,
      transport,
      spool: config.spool,
      tls: trustOf(config),
      readUptimeMs: () => readUptimeMs(config.procRoot),
      onPolicy: (policy) => this.#follow(policy),
      onAck: (ack) => this.#onAck(ack),
    })
  }

  start(): void {
    if (this.#state !== 'new') return
    this.#state = 'running'
    if (this.#machine.note !== undefined) this.#options.log.info(this.#machine.note)
    this.#uplink.start()
    this.#options.updater?.start((detail) => this.#uplink.event('update', detail))
    const { clock, random = Math.random } = this.#options
    this.#nextAt = clock.monotonic() + this.#intervalMs * (0.2 + 0.8 * random())
    this.#tick()
    this.#arm()
  }

  status(): AgentStatus {
    return {
      ...this.#uplink.status(),
      intervalMs: this.#intervalMs,
      frames: this.#frames,
      skippedTicks: this.#skippedTicks,
      collectorFaults: this.#collection.faults,
    }
  }

  /** Ends within 5 s: the hub is told unless told not to, and gets what is left if it answers. */
  async stop(options: { isAnnounced?: boolean } = {}): Promise<void> {
    if (this.#state === 'stopped') return
    this.#state = 'stopped'
    clearTimeout(this.#timer)
    this.#machine.stop()
    this.#options.updater?.stop()
    await this.#uplink.stop(options)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  /** Sets the timer for the next instant of the grid `nextAt + n × interval`, so that lateness does not add up. */
  #arm(): void {
    clearTimeout(this.#timer)
    if (this.#state !== 'running') return
    const now = this.#options.clock.monotonic()
    const missed = Math.floor((now - this.#nextAt) / this.#intervalMs + 0.5)
    if (missed > 0) {
      this.#skippedTicks += missed
      this.#nextAt += missed * this.#intervalMs
    }
    this.#timer = setTimeout(
      () => {
        this.#nextAt += this.#intervalMs
        this.#tick()
        this.#arm()
      },
      Math.max(0, this.#nextAt - now),
    )
  }

  #tick(): void {
    if (this.#isTicking) {
      this.#skippedTicks += 1
      return
    }
    this.#isTicking = true
    this.#machine
      .refresh()
      .then(() => this.#record())
      .catch((error) => this.#options.log.error('tick failed', { reason: errorMessage(error) }))
      .finally(() => {
        this.#isTicking = false
      })
  }

  #record(): void {
    if (this.#state !== 'running') return
    const { readings, changes } = this.#collection.collect(this.#options.clock.monotonic())
    for (const change of changes) this.#reportFault(change)
    for (const { type, detail } of this.#machine.takeEvents()) this.#uplink.event(type, detail)
    this.#uplink.record(readings, this.#intervalMs)
    this.#frames += 1
    this.#sendFacts(changes.length > 0)
  }

  #reportFault({ collector, fault }: FaultChange): void {
    const { log } = this.#options
    if (fault === null) log.info('collector works again', { collector })
    else log.warn('collector fails', { collector, reason: fault })
    this.#uplink.event('collector', {
      collector,
      state: fault === null ? 'ok' : 'failing',
      reason: fault,
    })
  }

  #sendFacts(isUrgent: boolean): void {
    const now = this.#options.clock.monotonic()
    if (!isUrgent && now - this.#factsAt < FACTS_MS) return
    this.#factsAt = now
    const faults = this.#collection.faults
    const facts = {
      ...readFacts(this.#options.config, this.#machine.environment),
      collectors: this.#machine.states(),
      ...(this.#bootAt === undefined ? {} : { boot_at: this.#bootAt }),
      ...(this.#options.updater === undefined ? {} : { auto_update: this.#options.updater.build }),
      ...(Object.keys(faults).length === 0 ? {} : { collector_faults: faults }),
    }
    const text = JSON.stringify(facts)
    if (text === this.#factsText) return
    this.#factsText = text
    this.#uplink.setFacts(facts)
  }

  /** With the hub's time known, the machine's start is a moment too; once, so that it does not flutter. */
  #onAck({ update }: Ack): void {
    this.#options.updater?.onAck(update)
    this.#options.onAck?.(this.#intervalMs)
    if (this.#bootAt !== undefined) return
    const hubTime = this.#uplink.hubTime()
    const uptimeMs = readUptimeMs(this.#options.config.procRoot)
    if (hubTime === undefined || uptimeMs === undefined) return
    this.#bootAt = Math.max(0, Math.round((hubTime - uptimeMs) / 1_000) * 1_000)
    this.#sendFacts(true)
  }

  /** A longer interval begins with a frame that is due at the old one: it tells the hub to expect the silence. */
  #follow({ interval_ms, collectors }: Policy): void {
    const before = JSON.stringify(this.#machine.states())
    this.#machine.follow(collectors)
    const after = JSON.stringify(this.#machine.states())
    if (after !== before) {
      this.#options.log.info('collectors set by the hub', { collectors: after })
      this.#sendFacts(true)
    }
    if (interval_ms === this.#intervalMs) return
    this.#options.log.info('interval set by the hub', { interval_ms })
    this.#intervalMs = interval_ms
    this.#nextAt = Math.min(this.#nextAt, this.#options.clock.monotonic() + interval_ms)
    this.#arm()
  }
}

function readUptimeMs(procRoot: string): number | undefined {
  if (process.platform !== 'linux') return uptime() * 1_000
  try {
    const text = readKernelText(`${procRoot}/uptime`)
    return text === undefined ? undefined : parseUptime(text) * 1_000
  } catch {
    return undefined
  }
}

/** @throws {LumenError} `ca_unreadable` */
export function trustOf({ caFile, pins }: Pick<AgentConfig, 'caFile' | 'pins'>): HubTrust {
  return { ca: caFile === undefined ? undefined : readCa(caFile), pins }
}

/** @throws {LumenError} `ca_unreadable` */
function readCa(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new LumenError('ca_unreadable', `Cannot read the CA file ${path}: ${errorMessage(cause)}`, {
      cause,
    })
  }
}
