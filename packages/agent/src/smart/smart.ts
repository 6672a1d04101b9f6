import type { WireRow } from '@lumen/protocol/agent/frame'
import type { Clock } from '@lumen/std/clock'
import { LumenError } from '@lumen/std/error'
import type { Collector, Readings } from '../collectors/collector.ts'
import { Errand } from '../errand.ts'
import { findProgram, Program } from '../programs/program.ts'
import { type DiskAnswer, parseDisk, parseScan, type ScannedDisk } from './parse-smart.ts'

type Rows = Record<string, WireRow<'smart'>>

const READ_EVERY_MS = 3_600_000
/** A disk that does not answer is reset by the kernel after half a minute. */
const TIMEOUT_MS = 40_000
const MAX_DISKS = 128

const SCAN = ['--json=c', '--scan']
/** Nothing of it wakes a disk: with `-n standby` smartctl asks a disk that sleeps for nothing but that. */
const READ = ['--json=c', '-n', 'standby', '-i', '-H', '-A']

export interface SmartOptions {
  /** smartctl, or its path. */
  program: string
  clock: Clock
  timeoutMs?: number | undefined
}

/** Health of disks from smartctl (smartmontools 7 or newer), which the machine's owner lets the agent run: once an hour,
 * one disk after the other, sleeping ones left asleep and without a row until they are awake. Beside the tick; a disk
 * that fails or hangs costs its own row. */
export class Smart implements Collector {
  readonly name = 'smartctl'
  readonly switch = 'smart'
  readonly reads = []
  readonly sends = ['smart.*'] as const
  readonly asRoot = 'smartctl needs root (CAP_SYS_RAWIO and the disks’ device files)'
  readonly #program: Program
  readonly #name: string
  readonly #errand: Errand
  #rows: Rows = {}
  #fault: string | undefined

  constructor({ program, clock, timeoutMs = TIMEOUT_MS }: SmartOptions) {
    this.#name = program
    this.#program = new Program({ program, timeoutMs })
    this.#errand = new Errand(clock, (isWanted) => this.#read(isWanted))
  }

  get runs(): readonly string[] {
    const path = findProgram(this.#name) ?? this.#name
    return [SCAN, [...READ, '[-d TYPE]', 'DISK']].map((args) => `${path} ${args.join(' ')}, once an hour`)
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

  collect(into: Readings): void {
    if (Object.keys(this.#rows).length > 0) into.smart = { ...into.smart, ...this.#rows }
    if (this.#fault !== undefined) throw new LumenError('smart_unknown', this.#fault)
  }

  async #read(isWanted: () => boolean): Promise<number> {
    const scan = await this.#ask(SCAN)
    const disks = scan.kind === 'ok' ? parseScan(scan.value) : undefined
    const rows: Rows = {}
    const faults: string[] = []
    if (scan.kind === 'failed') faults.push(scan.reason)
    else if (disks === undefined) faults.push(`${this.#name} knows no --json: 7.0 or newer is needed`)
    for (const disk of disks?.slice(0, MAX_DISKS) ?? []) {
      if (!isWanted()) break
      const answer = await this.#readDisk(disk)
      if (answer.kind === 'failed') faults.push(`${disk.path}: ${answer.reason}`)
      // A disk on two paths is one disk.
      if (answer.kind === 'read') rows[answer.serial ?? answer.row.device ?? disk.path] ??= answer.row
    }
    if (isWanted()) {
      this.#rows = rows
      this.#fault = faults.length === 0 ? undefined : faults.join('; ')
    }
    return READ_EVERY_MS
  }

  async #readDisk(disk: ScannedDisk): Promise<DiskAnswer> {
    const type = disk.type === undefined ? [] : ['-d', disk.type]
    const answer = await this.#ask([...READ, ...type, disk.path])
    return answer.kind === 'failed' ? answer : parseDisk(answer.value, disk)
  }

  /** smartctl's exit status is in its answer, too. */
  async #ask(
    args: readonly string[],
  ): Promise<{ kind: 'ok'; value: unknown } | { kind: 'failed'; reason: string }> {
    const outcome = await this.#program.run(args)
    if (outcome.kind === 'missing')
      return {
        kind: 'failed',
        reason: `${this.#name} is not there: install smartmontools, or give its path to --smart`,
      }
    if (outcome.kind === 'failed') return outcome
    try {
      return { kind: 'ok', value: JSON.parse(outcome.output) as unknown }
    } catch {
      return { kind: 'ok', value: undefined }
    }
  }
}
