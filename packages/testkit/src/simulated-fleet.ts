import { Uplink, type UplinkStatus } from '@lumen/agent/push/uplink'
import { Spooler } from '@lumen/agent/spool/spooler'
import type { Ack } from '@lumen/protocol/agent/ack'
import type { Facts } from '@lumen/protocol/agent/facts'
import type { WireReadings } from '@lumen/protocol/agent/frame'
import { type Clock, systemClock } from '@lumen/std/clock'
import { type Log, silentLog } from '@lumen/std/log'
import type { Ledger } from './ledger.ts'
import { seededRandom } from './random.ts'
import { type MachineShape, SMALL_SERVER, SyntheticMachine } from './synthetic-readings.ts'
import { until } from './until.ts'

export interface FleetHost {
  name: string
  token: string
  /** The fleet's unless told. */
  shape?: MachineShape
}

export interface SimulatedFleetOptions {
  hubUrl: string
  hosts: readonly FleetHost[]
  /** Between two frames of one host. The fleet keeps to it whatever the hub's policy says. */
  intervalMs: number
  /** Same seed, same readings. */
  seed?: number
  shape?: MachineShape
  /** Gets every frame as it leaves its agent. */
  ledger?: Ledger
  clock?: Clock
  log?: Log
  /** How long agents keep frames for a hub that restarts; the real agents' 15 min unless told. */
  replayWindowMs?: number
  /** Memory one agent may use for frames. */
  maxRetainBytes?: number
  compress?: 'auto' | 'off'
  /** Where the agent of each host keeps frames while the hub does not answer; in memory only without it. */
  spoolDir?: (host: string) => string
  onAck?: (host: string, ack: Ack, latencyMs: number) => void
}

export interface FleetStatus {
  hosts: number
  /** Hosts whose last push was answered. */
  connected: number
  frames: number
  /** Frames no hub run has taken yet. */
  untaken: number
  /** Frames not on the hub's disk yet. */
  undurable: number
  /** On the disks of the agents. */
  spoolBytes: number
  /** Frames given up, by reason. */
  dropped: Readonly<Record<string, number>>
  pushes: number
  failures: number
  /** One reason of a host that cannot push now, or null. */
  fault: string | null
}

const SPOOL_BYTES = 256 * 1024 ** 2

const FACTS: Facts = {
  os: 'Simulated 1',
  kernel: '6.1.0',
  arch: 'x64',
  cpu_model: 'Simulated CPU',
  virt: 'none',
}

/** Many agents in one process: each has its own machine that does not exist and a real agent's uplink, so the hub
 * sees the real protocol with its retries, replays and clock. Ticks are spread over the interval. */
export class SimulatedFleet implements AsyncDisposable {
  readonly #options: SimulatedFleetOptions
  readonly #members: Member[]

  constructor(options: SimulatedFleetOptions) {
    this.#options = options
    const random = seededRandom((options.seed ?? 1) ^ 0x5eed)
    this.#members = options.hosts.map((host, index) => new Member(host, index, options, random))
  }

  start(): void {
    const { hosts, intervalMs } = this.#options
    for (const [index, member] of this.#members.entries()) member.start((index / hosts.length) * intervalMs)
  }

  /** Agents read nothing more, but go on delivering what they have. */
  pause(): void {
    for (const member of this.#members) member.pause()
  }

  /** Stops reading and waits until the hub has everything that was read: on disk, but for the last frame of each
   * agent, which the present hub run has taken. Further frames are read to hear from the hub: nobody is told that
   * a frame is on disk but with the answer to a later one.
   * @throws when that takes longer than `withinMs`. */
  async drain(withinMs: number): Promise<void> {
    this.pause()
    for (const member of this.#members) member.tick()
    let askedAt = performance.now()
    const isDrained = () => {
      const waiting = this.#members.filter((member) => !member.isDelivered())
      if (waiting.length > 0 && performance.now() - askedAt > 2_000) {
        askedAt = performance.now()
        for (const member of waiting) member.tick()
      }
      return waiting.length === 0
    }
    await until('the fleet to be drained', isDrained, { withinMs }).catch((error: Error) => {
      throw new Error(`${error.message}: ${JSON.stringify(this.status())}`)
    })
  }

  status(): FleetStatus {
    const all = this.statuses().map(({ status }) => status)
    const sum = (of: (status: UplinkStatus) => number) => all.reduce((total, status) => total + of(status), 0)
    const dropped: Record<string, number> = {}
    for (const status of all) {
      for (const [reason, frames] of Object.entries(status.dropped)) {
        dropped[reason] = (dropped[reason] ?? 0) + frames
      }
    }
    return {
      hosts: all.length,
      connected: all.filter(({ contact }) => contact === 'ok').length,
      frames: sum(({ lastSeq }) => lastSeq),
      untaken: sum(({ untakenFrames }) => untakenFrames),
      undurable: sum(({ undurableFrames }) => undurableFrames),
      spoolBytes: sum(({ spool }) => spool?.bytes ?? 0),
      dropped,
      pushes: sum(({ pushes }) => pushes),
      failures: sum(({ failures }) => failures),
      fault: all.find(({ fault }) => fault !== null)?.fault ?? null,
    }
  }

  statuses(): { name: string; status: UplinkStatus }[] {
    return this.#members.map((member) => ({ name: member.name, status: member.status() }))
  }

  /** Clean end of every agent, `stop` events included. */
  async stop(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.stop()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}

class Member {
  readonly name: string
  readonly #uplink: Uplink
  readonly #machine: SyntheticMachine
  readonly #intervalMs: number
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(host: FleetHost, index: number, options: SimulatedFleetOptions, random: () => number) {
    const { ledger, onAck } = options
    this.name = host.name
    this.#intervalMs = options.intervalMs
    this.#machine = new SyntheticMachine(
      (options.seed ?? 1) + index,
      host.shape ?? options.shape ?? SMALL_SERVER,
    )
    this.#uplink = new Uplink({
      hubUrl: options.hubUrl,
      token: host.token,
      clock: options.clock ?? systemClock,
      log: options.log ?? silentLog,
      agentVersion: 'simulated',
      bootId: `simulated-${index}`,
      random,
      replayWindowMs: options.replayWindowMs,
      maxRetainBytes: options.maxRetainBytes,
      compress: options.compress,
      ...(options.spoolDir !== undefined && {
        spool: { dir: options.spoolDir(host.name), maxBytes: SPOOL_BYTES, code: Spooler },
      }),
      ...(ledger !== undefined && {
        onStamped: ({ seq, ts, intervalMs, readings }) =>
          ledger.record(host.name, { ...readings, seq, ts, interval_ms: intervalMs }),
      }),
      ...(onAck !== undefined && {
        onAck: (ack: Ack, latencyMs: number) => onAck(host.name, ack, latencyMs),
      }),
    })
    this.#uplink.setFacts({
      ...FACTS,
      hostname: host.name,
      cores: this.#machine.shape.cores,
      mem_total_bytes: this.#machine.memTotalBytes,
    })
  }

  start(afterMs: number): void {
    let dueAt = performance.now() + afterMs
    const next = () => {
      this.#timer = setTimeout(
        () => {
          this.#uplink.start()
          this.tick()
          // A tick missed while the process was busy is skipped, as a real agent does.
          dueAt += this.#intervalMs * Math.max(1, Math.ceil((performance.now() - dueAt) / this.#intervalMs))
          next()
        },
        Math.max(0, dueAt - performance.now()),
      )
    }
    next()
  }

  tick(): void {
    const readings: WireReadings = this.#machine.read(this.#intervalMs)
    this.#uplink.record(readings, this.#intervalMs)
  }

  pause(): void {
    clearTimeout(this.#timer)
  }

  isDelivered(): boolean {
    const { undurableFrames, untakenFrames } = this.#uplink.status()
    return undurableFrames <= 1 && untakenFrames === 0
  }

  status(): UplinkStatus {
    return this.#uplink.status()
  }

  async stop(): Promise<void> {
    this.pause()
    await this.#uplink.stop()
  }
}
