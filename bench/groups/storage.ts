import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { tempDir } from '@lumen/testkit/temp-dir'
import type { BenchContext, BenchGroup } from '../group.ts'
import type { Figure } from '../result.ts'
import { median } from '../result.ts'
import { chartValues } from '../storage/chart-values.ts'
import { chartFigures } from '../storage/charts.ts'
import { coldSizeFigures } from '../storage/cold-size.ts'
import { compactAt, compactionFigures } from '../storage/compaction.ts'
import type { CompactionUsage } from '../storage/compaction-process.ts'
import { type FilledHub, newFilledHub } from '../storage/filled-hub.ts'
import { fleetFigure } from '../storage/fleet-chart.ts'
import { adminOf, startShiftedHub } from '../storage/hub.ts'
import { ingestFigures } from '../storage/ingest.ts'
import { startFigure } from '../storage/starts.ts'
import { TIMELINE } from '../storage/timeline.ts'
import { type ColdWear, wearFigures } from '../storage/wear.ts'
import { startVictoriaMetrics } from '../victoria-metrics.ts'

/** `fill` is what compaction, starts and charts are measured on. */
const PARTS = ['compaction', 'starts', 'charts', 'size', 'wear', 'ingest']
const NEED_FILL = ['compaction', 'starts', 'charts']

/** A hub's store of a year and a month: what values cost on disk, what writing and compacting them takes, how soon it
 * serves and how long charts take, beside VictoriaMetrics and Prometheus with the same values. */
export const storageBench: BenchGroup = async (context) => {
  const { say, storage } = context
  const parts = storage.parts ?? PARTS
  const unknown = parts.filter((part) => !PARTS.includes(part))
  if (unknown.length > 0) throw new RangeError(`no part ${unknown.join(', ')}: ${PARTS.join(', ')}`)
  const figures: Figure[] = []
  const run = async (part: string, measure: () => Promise<Figure[]>) => {
    if (!parts.includes(part)) return
    const started = performance.now()
    const measured = await measure()
    figures.push(...measured)
    for (const { name, value, unit, ratio } of measured) {
      say(`storage: ${name} ${value} ${unit}${ratio === null ? '' : `, ${ratio} x the peer`}`)
    }
    say(`storage: ${part} took ${((performance.now() - started) / 1_000).toFixed(0)} s`)
  }
  let wear: ColdWear | null = null
  if (parts.some((part) => NEED_FILL.includes(part))) {
    await using data = await tempDir('lumen-bench-')
    const { filled, ...usages } = await fill(data.path, context)
    wear = wearOf(usages)
    await run('compaction', async () => compactionFigures(storage.hosts, TIMELINE.monthDays, usages))
    const stored = `30 d of ${storage.hosts} hosts and a year of ${storage.yearHosts} stored`
    await run('starts', async () => [await startFigure(data.path, TIMELINE.now, stored)])
    await run('charts', () => charts(filled, say))
  }
  await run('size', () => coldSizeFigures(say))
  await run('wear', () => wearFigures(storage.hosts, wear))
  await run('ingest', () => ingestFigures(storage.hosts, say))
  return figures
}

interface Usages {
  seals: CompactionUsage[]
  merges: CompactionUsage[]
}

/** The data directory, with a day's seal and a month's merge measured on the way. */
async function fill(dataDir: string, context: BenchContext): Promise<Usages & { filled: FilledHub }> {
  const { say, storage } = context
  say(`storage: filling a month of ${storage.hosts} hosts and a year of ${storage.yearHosts}`)
  const started = performance.now()
  const filled = await newFilledHub(dataDir, storage, say)
  await filled.fillTo(TIMELINE.sealAt, { isCompacted: true })
  const seals = await compactAt(dataDir, TIMELINE.sealAt)
  await filled.fillTo(TIMELINE.mergeAt)
  const merges = await compactAt(dataDir, TIMELINE.mergeAt)
  await filled.fillTo(TIMELINE.now)
  const seconds = ((performance.now() - started) / 1_000).toFixed(0)
  say(`storage: filled in ${seconds} s, ${((await sizeOf(join(dataDir, 'tsdb'))) / 1e6).toFixed(0)} MB`)
  return { filled, seals, merges }
}

async function charts(filled: FilledHub, say: (line: string) => void): Promise<Figure[]> {
  await using peerData = await tempDir('lumen-bench-')
  await using peer = await startVictoriaMetrics(peerData.path)
  if (peer === null) say('storage: no peer, install victoria-metrics')
  else await peer.import(chartValues(filled))
  await using hub = await startShiftedHub(filled.dataDir, TIMELINE.now)
  const admin = await adminOf(hub.url)
  return [...(await chartFigures(filled, admin, peer)), await fleetFigure(filled, admin, peer)]
}

function wearOf({ seals, merges }: Usages): ColdWear | null {
  const sealBytes = median(seals.map(({ seal }) => seal.writtenBytes))
  const mergeBytes = median(merges.flatMap(({ merge }) => merge?.writtenBytes ?? []))
  if (sealBytes === null || mergeBytes === null) return null
  return { sealBytes, mergeBytes, monthDays: TIMELINE.monthDays }
}

async function sizeOf(dir: string): Promise<number> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(file.parentPath, file.name))).size),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
