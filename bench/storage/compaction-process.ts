import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startHub } from '@lumen/hub/hub'
import { silentLog } from '@lumen/std/log'
import { sleep } from '@lumen/std/sleep'
import { openTsdb } from '@lumen/tsdb/open'
import { usageOf } from '../process-usage.ts'
import { RETENTION } from './timeline.ts'

/** What the hub's process used while days were sealed, or months merged. */
export interface PhaseUsage {
  cpuMs: number
  wallMs: number
  peakRssBytes: number
  /** Of anonymous memory, as sampled every 10 ms. */
  peakAnonBytes: number
  writtenBytes: number
}

export interface CompactionUsage {
  idle: { rssBytes: number; anonBytes: number }
  seal: PhaseUsage
  /** null when no month was over. */
  merge: PhaseUsage | null
}

const IDLE_MS = 1_500
const SAMPLE_MS = 10
/** Of a month or of its unfinished form, never of a day. */
const MONTH_FILE = /^\d{4}-\d{2}-\d+\.parquet/

/** Starts a hub on the data directory named in the arguments, lets it do all compaction that is due, prints
 * `CompactionUsage` as a line of JSON and ends. */
async function main(dataDir: string): Promise<void> {
  const stores: Awaited<ReturnType<typeof openTsdb>>[] = []
  await using _ = await startHub(
    { dataDir, host: '127.0.0.1', port: 0 },
    {
      log: silentLog,
      async openTsdb(options) {
        const store = await openTsdb({ ...options, retention: RETENTION })
        stores.push(store)
        return store
      },
    },
  )
  await sleep(IDLE_MS)
  Bun.gc(true)
  const cold = join(dataDir, 'tsdb/cold')
  const known = new Set(monthFiles(cold))
  const { rssBytes, anonBytes } = usageOf(process.pid)
  const phases = [new Phase()]
  const sampler = setInterval(() => {
    phases.at(-1)!.sample()
    if (phases.length > 1 || monthFiles(cold).every((file) => known.has(file))) return
    phases[0]!.end()
    phases.push(new Phase())
  }, SAMPLE_MS)
  await stores[0]!.compact()
  clearInterval(sampler)
  phases.at(-1)!.end()
  const [seal, merge = null] = phases.map((phase) => phase.usage)
  const usage: CompactionUsage = { idle: { rssBytes, anonBytes }, seal: seal!, merge }
  process.stdout.write(`${JSON.stringify(usage)}\n`)
}

class Phase {
  readonly usage: PhaseUsage = { cpuMs: 0, wallMs: 0, peakRssBytes: 0, peakAnonBytes: 0, writtenBytes: 0 }
  readonly #startedAt = performance.now()
  readonly #cpu = process.cpuUsage()
  readonly #written = usageOf(process.pid).writtenBytes

  constructor() {
    // Forgets the highest resident size so far (Linux, proc(5)).
    writeFileSync('/proc/self/clear_refs', '5')
  }

  sample(): void {
    this.usage.peakAnonBytes = Math.max(this.usage.peakAnonBytes, usageOf(process.pid).anonBytes)
  }

  end(): void {
    const { user, system } = process.cpuUsage(this.#cpu)
    this.sample()
    this.usage.cpuMs = (user + system) / 1_000
    this.usage.wallMs = performance.now() - this.#startedAt
    this.usage.peakRssBytes =
      Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1_024
    this.usage.writtenBytes = usageOf(process.pid).writtenBytes - this.#written
  }
}

function monthFiles(cold: string): string[] {
  return readdirSync(cold, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => readdirSync(join(cold, name)).map((file) => join(name, file)))
    .filter((file) => MONTH_FILE.test(file.slice(file.indexOf('/') + 1)))
}

await main(process.argv[2]!)
process.exit(0)
