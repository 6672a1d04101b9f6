import type { WireRow } from '@lumen/protocol/agent/frame'
import type { Clock } from '@lumen/std/clock'
import { LumenError } from '@lumen/std/error'
import type { Collector, Readings } from '../collectors/collector.ts'
import { Errand } from '../errand.ts'
import { findProgram, Program } from '../programs/program.ts'
import { CARD_COLUMNS, parseCards } from './parse-cards.ts'

const RUN_EVERY_MS = 15_000
const RETRY_MS = 300_000
/** Of the time at most: where the driver is loaded anew for each run, as without nvidia-persistenced, one takes seconds. */
const SHARE = 1 / 20
const TIMEOUT_MS = 10_000
/** A reading is not shown for longer. */
const STALE_MS = 60_000

const ARGS = [`--query-gpu=${CARD_COLUMNS.join()}`, '--format=csv,noheader,nounits']

export interface NvidiaOptions {
  /** nvidia-smi, or its path. */
  program: string
  clock: Clock
  timeoutMs?: number | undefined
}

/** NVIDIA's cards from nvidia-smi, which the machine's owner lets the agent run. It is run anew every 15 s rather than
 * kept in its own loop: a loop holds tens of megabytes and keeps the driver awake, and one that hangs looks like one
 * that waits. Beside the tick; the longer a run takes the rarer they are. */
export class Nvidia implements Collector {
  readonly name = 'nvidia-smi'
  readonly switch = 'gpu'
  readonly reads = []
  readonly sends = ['gpu.*'] as const
  readonly #clock: Clock
  readonly #program: Program
  readonly #name: string
  readonly #errand: Errand
  #rows: Record<string, WireRow<'gpu'>> = {}
  #readAt = Number.NEGATIVE_INFINITY
  #fault: string | undefined

  constructor({ program, clock, timeoutMs = TIMEOUT_MS }: NvidiaOptions) {
    this.#clock = clock
    this.#name = program
    this.#program = new Program({ program, timeoutMs })
    this.#errand = new Errand(clock, (isWanted) => this.#run(isWanted))
  }

  get runs(): readonly string[] {
    return [`${findProgram(this.#name) ?? this.#name} ${ARGS.join(' ')}, every 15 s at most`]
  }

  refresh(): void {
    this.#errand.refresh()
  }

  settled(): Promise<void> {
    return this.#errand.settled()
  }

  stop(): void {
    this.#errand.stop()
    this.#program.stop()
    this.#rows = {}
    this.#fault = undefined
  }

  collect(into: Readings, at: number): void {
    const isFresh = at - this.#readAt < STALE_MS
    if (isFresh && Object.keys(this.#rows).length > 0) into.gpu = { ...into.gpu, ...this.#rows }
    if (this.#fault !== undefined) throw new LumenError('nvidia_unknown', this.#fault)
  }

  async #run(isWanted: () => boolean): Promise<number> {
    const startedAt = this.#clock.monotonic()
    const outcome = await this.#program.run(ARGS)
    if (!isWanted()) return RUN_EVERY_MS
    const rows = outcome.kind === 'done' && outcome.code === 0 ? parseCards(outcome.output) : undefined
    this.#fault = rows === undefined ? this.#reasonOf(outcome) : undefined
    if (rows === undefined) return RETRY_MS
    this.#rows = rows
    this.#readAt = this.#clock.monotonic()
    return Math.max(RUN_EVERY_MS, (this.#readAt - startedAt) / SHARE)
  }

  #reasonOf(outcome: Awaited<ReturnType<Program['run']>>): string {
    if (outcome.kind === 'missing')
      return `${this.#name} is not there: install NVIDIA’s driver, or give its path to --gpu`
    if (outcome.kind === 'failed') return outcome.reason
    const [first = ''] = outcome.output.trim().split('\n')
    return `${this.#name} ended with ${outcome.code}: ${first.slice(0, 160)}`
  }
}
