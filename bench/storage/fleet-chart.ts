import { DAY } from '@lumen/model/time'
import type { HubClient } from '@lumen/testkit/hub-client'
import { type Figure, figure } from '../result.ts'
import type { VictoriaMetrics } from '../victoria-metrics.ts'
import { askHub, PEER, stepOf, timed } from './charts.ts'
import type { FilledHub } from './filled-hub.ts'
import { TIMELINE } from './timeline.ts'

const METRIC = 'host.cpu_pct'
const SPAN_MS = 30 * DAY
const POINTS = 600
/** Calls under way at once: what a browser opens to one server over HTTP/1.1. */
const AT_ONCE = 6
const RUNS = 5

/** One metric of every host over 30 days: a call a host to our hub, one query to the peer. */
export async function fleetFigure(
  { hosts }: FilledHub,
  admin: HubClient,
  peer: VictoriaMetrics | null,
): Promise<Figure> {
  const ours: number[] = []
  const theirs: number[] = []
  for (let run = -1; run < RUNS; run++) {
    const own = await timed(() => askAll(hosts, admin))
    const other = peer === null ? null : await timed(() => askPeer(hosts.length, peer))
    if (run < 0) continue
    ours.push(own)
    if (other !== null) theirs.push(other)
  }
  return figure({
    group: 'storage',
    name: `fleet of ${hosts.length}, 30 d, one metric`,
    unit: 'ms',
    values: ours,
    peer: { name: PEER, values: theirs },
    target: { of: 'ratio', atMost: 2 },
    note: `ours is ${hosts.length} calls over HTTP, ${AT_ONCE} at once, the peer's one query`,
  })
}

async function askAll(hosts: readonly number[], admin: HubClient): Promise<void> {
  const waiting = [...hosts]
  const client = async () => {
    for (let host = waiting.pop(); host !== undefined; host = waiting.pop()) {
      await askHub({ spanMs: SPAN_MS, points: POINTS }, admin, { host, metric: METRIC })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, client))
}

async function askPeer(hosts: number, peer: VictoriaMetrics): Promise<void> {
  const stepMs = stepOf(SPAN_MS)
  const query = `avg_over_time(${METRIC.replace('.', '_')}[${stepMs / 1_000}s])`
  const { now } = TIMELINE
  const series = await peer.queryRange(query, { from: now - SPAN_MS + stepMs, to: now }, stepMs)
  if (series.length !== hosts) throw new Error(`${PEER} answered ${series.length} of ${hosts} series`)
}
