import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { LiveFrame } from '@lumen/protocol/live/message'
import { type RunningHub, startLumenAgent, startLumenHub } from '@lumen/testkit/lumen-process'
import { testNeeding } from '@lumen/testkit/needs'
import { tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import { CounterTrack, dfBytes, freeBytes } from './independent-readings.ts'
import { watchFrames } from './live-frames.ts'
import { startLoad } from './load.ts'

const WITHIN = 0.01
const TRIES = 4

const stack = new AsyncDisposableStack()
let hub: RunningHub
let hostId: number
beforeAll(async () => {
  const data = stack.use(await tempDir())
  hub = stack.use(await startLumenHub({ dataDir: data.path, intervalMs: 1_000 }))
  const { host, token } = await hub.admin.createHost('here')
  hostId = host.id
  stack.use(startLumenAgent(hub.url, token, { args: ['--interval', '1s'] }))
  using watch = watchFrames(hub.admin, hostId)
  await watch.next(2, 30_000)
}, 120_000)
afterAll(() => stack[Symbol.asyncDispose](), 20_000)

testNeeding({ programs: { free: 'procps' } })(
  'memory agrees with free -b',
  async () => {
    using watch = watchFrames(hub.admin, hostId)
    await agrees(async () => {
      const before = freeBytes()
      const [frame] = await watch.next(1, 10_000)
      const after = freeBytes()
      return [
        near('mem_total_bytes', frame?.host?.mem_total_bytes, before.total),
        within('mem_used_bytes', frame?.host?.mem_used_bytes, before.used, after.used),
      ]
    })
  },
  120_000,
)

test('filesystems agree with df -B1', async () => {
  using watch = watchFrames(hub.admin, hostId)
  await agrees(async () => {
    const df = dfBytes()
    const [frame] = await watch.next(1, 10_000)
    const rows = Object.entries(frame?.filesystem ?? {})
    expect(rows.map(([mount]) => mount)).toContain('/')
    return rows.flatMap(([mount, row]) => [
      near(`${mount} used`, row.used_bytes, df.get(mount)?.used),
      near(`${mount} total`, row.total_bytes, df.get(mount)?.total),
      near(`${mount} used_pct`, row.used_pct, df.get(mount)?.usedPct),
    ])
  })
}, 120_000)

test('rates agree with arithmetic on the kernel’s counters under load', async () => {
  await using data = await tempDir()
  await using _load = await startLoad(data.path)
  using watch = watchFrames(hub.admin, hostId)
  await agrees(async () => {
    const track = new CounterTrack(10)
    const frames = await watch.next(13, 30_000)
    track.stop()
    const [first, ...rest] = frames as [LiveFrame, ...LiveFrame[]]
    const to = rest.at(-1)!.ts
    const grown = (name: string) => track.growth(name, first.ts, to)
    /** What the frames say happened in the window: each rate holds for the time since the frame before. */
    const told = (rate: (frame: LiveFrame) => number | null | undefined) =>
      rest.reduce(
        (sum, frame, i) => sum + (rate(frame) ?? Number.NaN) * ((frame.ts - frames[i]!.ts) / 1_000),
        0,
      )

    const cpuGrown = (100 * grown('cpu.busy')!) / grown('cpu.all')!
    const checks: (Check | null)[] = [
      near('cpu_pct', told((frame) => frame.host?.cpu_pct) / ((to - first.ts) / 1_000), cpuGrown),
    ]
    const last = rest.at(-1)!
    for (const disk of Object.keys(last.disk ?? {})) {
      checks.push(
        rate(
          `${disk} written`,
          told((frame) => frame.disk?.[disk]?.write_bytes_per_s),
          grown(`disk.${disk}.written`),
        ),
      )
    }
    for (const nic of Object.keys(last.nic ?? {})) {
      checks.push(
        rate(
          `${nic} sent`,
          told((frame) => frame.nic?.[nic]?.tx_bytes_per_s),
          grown(`nic.${nic}.tx`),
        ),
      )
    }
    return checks.filter((check) => check !== null)
  })
}, 150_000)

test('the query call answers what was shown live', async () => {
  using watch = watchFrames(hub.admin, hostId)
  const frames = await watch.next(10, 30_000)
  const from = frames[0]!.ts
  const answer = await until(
    'the frames in the RAM tier',
    async () => {
      const metrics = 'host.cpu_pct,host.mem_used_bytes'
      const got = await hub.admin.query({ host: 'here', metrics, from: from - 60_000, to: from + 60_000 })
      return got.t.length > 0 && got
    },
    { withinMs: 30_000 },
  )
  expect(answer.tiers).toContain('ram')
  const cpu = answer.series.find((series) => series.entity === 'host' && series.metric.endsWith('cpu_pct'))
  let compared = 0
  for (const frame of frames.slice(1, -1)) {
    const own = answer.t.findLastIndex((start) => start <= frame.ts)
    const end = answer.t[own]! + answer.step_ms
    if (frames.filter(({ ts }) => ts >= answer.t[own]! && ts < end).length !== 1) continue
    // A frame early by up to a tenth of the interval counts into the next bucket where that has none.
    const buckets = end - frame.ts <= 100 ? [own, own + 1] : [own]
    const off = buckets.map((bucket) => Math.abs((cpu?.avg[bucket] ?? Number.NaN) - frame.host!.cpu_pct!))
    expect(Math.min(...off.filter(Number.isFinite))).toBeLessThan(0.005)
    compared += 1
  }
  expect(compared).toBeGreaterThan(0)
}, 120_000)

type Check = { what: string; told: number; wanted: [number, number] }

function near(what: string, told: number | null | undefined, wanted: number | undefined): Check {
  return within(what, told, wanted, wanted)
}

/** `told` lies between two readings taken around it, which may be in either order. */
function within(what: string, told: number | null | undefined, one = Number.NaN, other = Number.NaN): Check {
  return { what, told: told ?? Number.NaN, wanted: [Math.min(one, other), Math.max(one, other)] }
}

/** A few stray bytes in ten seconds are not a rate: 1 % of them is less than one packet or sector. */
function rate(what: string, told: number, grown: number | undefined): Check | null {
  return (grown ?? 0) < 200_000 && told < 400_000 ? null : near(what, told, grown)
}

/** The machine moves while it is read: one of several tries must agree in everything at once. */
async function agrees(attempt: () => Promise<Check[]>): Promise<void> {
  let faults: string[] = []
  for (let i = 0; i < TRIES; i++) {
    const checks = await attempt()
    expect(checks.length).toBeGreaterThan(0)
    faults = checks
      .filter(({ told, wanted: [low, high] }) => !(told >= low * (1 - WITHIN) && told <= high * (1 + WITHIN)))
      .map(({ what, told, wanted }) => `${what}: Lumen says ${told}, the machine ${wanted.join(' to ')}`)
    if (faults.length === 0) return
  }
  expect(faults).toEqual([])
}
