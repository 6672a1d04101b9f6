import { DAY, MINUTE } from '@lumen/model/time'
import type { HubClient } from '@lumen/testkit/hub-client'
import { type Figure, figure, median, quantile } from '../result.ts'
import type { VictoriaMetrics } from '../victoria-metrics.ts'
import { CHART_METRICS } from './chart-values.ts'
import type { FilledHub } from './filled-hub.ts'
import { TIMELINE } from './timeline.ts'

export const PEER = 'VictoriaMetrics'
const ROUNDS = 3
const WARM_UP = 20

interface Chart {
  name: string
  spanMs: number
  points: number
  requests: number
  hosts: readonly number[]
  limitMs?: number
}

interface Asked {
  host: number
  metric: string
}

/** Charts of one host and one metric, asked over HTTP one at a time, ours and the peer's in turn. */
export async function chartFigures(
  { hosts, yearHosts }: FilledHub,
  admin: HubClient,
  peer: VictoriaMetrics | null,
): Promise<Figure[]> {
  const charts: Chart[] = [
    { name: '24 h, 1,440 points', spanMs: DAY, points: 1_440, requests: 100, hosts },
    { name: '30 d, 600 points', spanMs: 30 * DAY, points: 600, requests: 80, hosts },
    {
      name: '365 d, 600 points',
      spanMs: 365 * DAY,
      points: 600,
      requests: 60,
      hosts: yearHosts,
      limitMs: 50,
    },
  ]
  const figures: Figure[] = []
  for (const chart of charts.filter((each) => each.hosts.length > 0))
    figures.push(...(await measure(chart, admin, peer)))
  return figures
}

async function measure(chart: Chart, admin: HubClient, peer: VictoriaMetrics | null): Promise<Figure[]> {
  const ours: number[][] = []
  const theirs: number[][] = []
  await compare(chart, admin, peer)
  for (let round = 0; round < ROUNDS; round++) {
    const own: number[] = []
    const other: number[] = []
    for (let i = round === 0 ? -WARM_UP : 0; i < chart.requests; i++) {
      const asked = pick(chart, Math.abs(i) + round * chart.requests)
      const ownMs = await timed(() => askHub(chart, admin, asked))
      const otherMs = peer === null ? null : await timed(() => askPeer(chart, peer, asked))
      if (i < 0) continue
      own.push(ownMs)
      if (otherMs !== null) other.push(otherMs)
    }
    ours.push(own)
    if (peer !== null) theirs.push(other)
  }
  const p95 = (rounds: readonly number[][]) => rounds.map((values) => quantile(values, 0.95)!)
  const p50 = (rounds: readonly number[][]) => median(rounds.flat())?.toFixed(1) ?? '–'
  const base = {
    group: 'storage',
    unit: 'ms',
    values: p95(ours),
    note: `over HTTP, warm, ${ROUNDS} x ${chart.requests}; median ${p50(ours)} ms, ${PEER} ${p50(theirs)} ms`,
  }
  return [
    figure({
      ...base,
      name: `chart of ${chart.name}, p95`,
      peer: { name: PEER, values: p95(theirs) },
      target: { of: 'ratio', atMost: 1 },
    }),
    ...(chart.limitMs === undefined
      ? []
      : [
          figure({
            ...base,
            name: `chart of ${chart.name}, p95 by the clock`,
            target: { of: 'value', atMost: chart.limitMs },
          }),
        ]),
  ]
}

function pick({ hosts }: Chart, index: number): Asked {
  return { host: hosts[(index * 7) % hosts.length]!, metric: CHART_METRICS[index % CHART_METRICS.length]! }
}

export function askHub(chart: Pick<Chart, 'spanMs' | 'points'>, admin: HubClient, { host, metric }: Asked) {
  const { now } = TIMELINE
  return admin.query({ host, metrics: metric, from: now - chart.spanMs, to: now, points: chart.points })
}

/** The same buckets: a window of the peer ends at its timestamp and is open at its start. */
function askPeer({ spanMs }: Chart, peer: VictoriaMetrics, { host, metric }: Asked) {
  const stepMs = stepOf(spanMs)
  const name = `${metric.replace('.', '_')}{host="${host}"}`
  const query = stepMs === MINUTE ? name : `avg_over_time(${name}[${stepMs / 1_000}s])`
  const { now } = TIMELINE
  const from = Math.ceil((now - spanMs) / stepMs) * stepMs
  return peer.queryRange(query, { from: from + stepMs, to: now }, stepMs)
}

/** What our hub answers in, so that both count the same buckets. */
export function stepOf(spanMs: number): number {
  if (spanMs <= DAY) return MINUTE
  return spanMs <= 30 * DAY ? 120 * MINUTE : DAY
}

/** Both must show the same curve, or their times say nothing.
 * @throws when they do not */
async function compare(chart: Chart, admin: HubClient, peer: VictoriaMetrics | null): Promise<void> {
  const asked = pick(chart, 0)
  const answer = await askHub(chart, admin, asked)
  const avg = answer.series[0]?.avg ?? []
  const stepMs = stepOf(chart.spanMs)
  if (answer.step_ms !== stepMs) {
    throw new Error(`the chart of ${chart.name} came by ${answer.step_ms} ms, wanted ${stepMs}`)
  }
  const missing = avg.filter((value) => value === null).length
  if (missing > 0) throw new Error(`the chart of ${chart.name} lacks ${missing} of ${avg.length} points`)
  const theirs = peer === null ? undefined : ((await askPeer(chart, peer, asked))[0] ?? [])
  for (const [at, text] of theirs ?? []) {
    const end = at * 1_000
    // The peer has the last day by the minute and weighs those as much as five, and a bucket that goes on after `to`
    // is not complete in either.
    if (chart.spanMs > DAY && end > TIMELINE.now - DAY) continue
    const value = avg[answer.t.indexOf(end - stepMs)]
    if (value === undefined || value === null) continue
    if (Math.abs(value - Number(text)) > 0.02 + Math.abs(value) * 1e-6) {
      throw new Error(`${chart.name} of ${asked.metric} at ${at}: ours ${value}, ${PEER} ${text}`)
    }
  }
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}
