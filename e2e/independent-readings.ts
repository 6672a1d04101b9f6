import { readFileSync } from 'node:fs'

/** Readings of this machine that share no code with the agent. */

/** Growing numbers by name, as of `at` (epoch ms). */
export interface Counters {
  at: number
  values: Map<string, number>
}

/** Raw counters: `cpu.busy` and `cpu.all` in clock ticks, `disk.NAME.read/written` and `nic.NAME.rx/tx` in
 * bytes. */
export function readCounters(): Counters {
  const before = Date.now()
  const values = new Map<string, number>()
  const [, ...cpu] = lines('/proc/stat')[0]!.split(/\s+/).map(Number) as number[]
  const all = cpu.slice(0, 8).reduce((sum, ticks) => sum + ticks, 0)
  values.set('cpu.all', all)
  values.set('cpu.busy', all - cpu[3]! - cpu[4]!)
  for (const line of lines('/proc/diskstats')) {
    const [, , name, , , readSectors, , , , writtenSectors] = line.trim().split(/\s+/)
    values.set(`disk.${name}.read`, Number(readSectors) * 512)
    values.set(`disk.${name}.written`, Number(writtenSectors) * 512)
  }
  for (const line of lines('/proc/net/dev').slice(2)) {
    const [name, rest] = line.split(':') as [string, string]
    const columns = rest.trim().split(/\s+/)
    values.set(`nic.${name.trim()}.rx`, Number(columns[0]))
    values.set(`nic.${name.trim()}.tx`, Number(columns[8]))
  }
  return { at: (before + Date.now()) / 2, values }
}

/** What `free -b` calls total and available. */
export function freeBytes(): { total: number; used: number } {
  const columns = run(['free', '-b']).split('\n')[1]!.split(/\s+/).map(Number)
  return { total: columns[1]!, used: columns[1]! - columns[6]! }
}

/** Size and use of every mounted filesystem by mount point, as `df -B1` prints them. */
export function dfBytes(): Map<string, { total: number; used: number; usedPct: number }> {
  const rows = run(['df', '-B1', '--output=size,used,avail,target']).trim().split('\n').slice(1)
  return new Map(
    rows.map((row) => {
      const [total, used, available, ...target] = row.trim().split(/\s+/)
      const usedPct = (100 * Number(used)) / (Number(used) + Number(available))
      return [target.join(' '), { total: Number(total), used: Number(used), usedPct }]
    }),
  )
}

/** Counters read every `everyMs`, and their value at any instant in between by linear interpolation. */
export class CounterTrack {
  readonly #readings: Counters[] = []
  readonly #timer: ReturnType<typeof setInterval>

  constructor(everyMs: number) {
    this.#timer = setInterval(() => this.#readings.push(readCounters()), everyMs)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Growth of a counter over `[from, to)`, epoch ms; undefined when the track does not cover it. */
  growth(name: string, from: number, to: number): number | undefined {
    const start = this.#at(name, from)
    const end = this.#at(name, to)
    return start === undefined || end === undefined ? undefined : end - start
  }

  #at(name: string, at: number): number | undefined {
    const next = this.#readings.findIndex((reading) => reading.at >= at)
    const after = this.#readings[next]
    const before = this.#readings[next - 1]
    const low = before?.values.get(name)
    const high = after?.values.get(name)
    if (before === undefined || after === undefined || low === undefined || high === undefined)
      return undefined
    return low + ((high - low) * (at - before.at)) / (after.at - before.at)
  }
}

function lines(path: string): string[] {
  return readFileSync(path, 'utf8').trimEnd().split('\n')
}

function run(command: string[]): string {
  const { stdout, success } = Bun.spawnSync(command, {
    env: { ...process.env, LC_ALL: 'C' },
    stderr: 'ignore',
  })
  if (!success && stdout.length === 0) throw new Error(`${command.join(' ')} failed`)
  return stdout.toString()
}
