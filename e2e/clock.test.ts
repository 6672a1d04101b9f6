import { afterAll, beforeAll, expect } from 'bun:test'
import { join } from 'node:path'
import { HOUR, SECOND } from '@lumen/model/time'
import type { Child } from '@lumen/testkit/child'
import { type RunningHub, startLumenAgent, startLumenHub } from '@lumen/testkit/lumen-process'
import { lacking, testNeeding } from '@lumen/testkit/needs'
import { tempDir } from '@lumen/testkit/temp-dir'
import { type FrameWatch, watchFrames } from './live-frames.ts'

const NEEDS = { programs: { faketime: 'faketime' } }
const testWithFaketime = testNeeding(NEEDS)

interface Witness {
  agent: Child
  hostId: number
  watch: FrameWatch
}

const stack = new AsyncDisposableStack()
let hub: RunningHub
let offsetFile: string
let ahead: Witness
let behind: Witness
let stepping: Witness

/** A real agent whose wall clock, and only that, reads as the file says. */
async function startWitness(name: string, clockFile: string): Promise<Witness> {
  const { host, token } = await hub.admin.createHost(name)
  const watch = stack.use(watchFrames(hub.admin, host.id))
  const agent = stack.use(
    startLumenAgent(hub.url, token, {
      args: ['--interval', '1s'],
      env: {
        LD_PRELOAD: preload(),
        FAKETIME_TIMESTAMP_FILE: clockFile,
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
        DONT_FAKE_MONOTONIC: '1',
      },
    }),
  )
  return { agent, hostId: host.id, watch }
}

/** Where this machine's package put the library. */
function preload(): string {
  const { stdout } = Bun.spawnSync(['faketime', '-f', '+0', 'env'])
  return /^LD_PRELOAD=(.+)$/m.exec(stdout.toString())![1]!
}

beforeAll(async () => {
  if (lacking(NEEDS).length > 0) return
  const data = stack.use(await tempDir())
  hub = stack.use(await startLumenHub({ dataDir: join(data.path, 'hub'), intervalMs: 1_000 }))
  const clock = async (name: string, offset: string) => {
    const file = join(data.path, name)
    await Bun.write(file, offset)
    return file
  }
  offsetFile = await clock('stepping', '+0')
  ahead = await startWitness('ahead', await clock('ahead', '+6h'))
  behind = await startWitness('behind', await clock('behind', '-6h'))
  stepping = await startWitness('stepping', offsetFile)
  await Promise.all([ahead, behind, stepping].map(({ watch }) => watch.next(5, 40_000)))
}, 120_000)
afterAll(() => stack[Symbol.asyncDispose](), 20_000)

testWithFaketime(
  'a clock six hours ahead does not move history',
  () => historyIsTrue(ahead, 6 * HOUR),
  60_000,
)

testWithFaketime(
  'a clock six hours behind does not move history',
  () => historyIsTrue(behind, -6 * HOUR),
  60_000,
)

testWithFaketime(
  'a clock set back by two hours while the agent runs does not move history',
  async () => {
    await Bun.write(offsetFile, '-2h')
    await stepping.watch.next(6, 20_000)
    await historyIsTrue(stepping, -2 * HOUR)
  },
  120_000,
)

async function historyIsTrue({ watch, hostId }: Witness, clockOffsetMs: number): Promise<void> {
  await watch.next(1, 20_000)
  const frames = [...watch.frames]
  const ts = frames.map((frame) => frame.ts)
  for (const [i, frame] of frames.entries()) {
    expect(Math.abs(frame.ts - watch.arrivals[i]!)).toBeLessThan(30 * SECOND)
  }
  expect(ts).toEqual([...new Set(ts)].sort((a, b) => a - b))
  expect(Math.max(...ts.slice(1).map((at, i) => at - ts[i]!))).toBeLessThan(5 * SECOND)

  const { hosts } = await hub.admin.call<{ hosts: { id: number; clock_offset_ms: number }[] }>(
    'GET',
    '/api/hosts',
  )
  const offset = hosts.find(({ id }) => id === hostId)?.clock_offset_ms
  expect(Math.abs((offset ?? Number.NaN) - clockOffsetMs)).toBeLessThan(30 * SECOND)

  const now = Date.now()
  const answer = await hub.admin.query({
    host: hostId,
    metrics: 'host.uptime_s',
    from: now - 120 * SECOND,
    to: now + 120 * SECOND,
    points: 48,
  })
  expect(answer.step_ms).toBe(5 * SECOND)
  expect(answer.gaps).toEqual([])
  const uptime = answer.series[0]!.avg
  const at = (time: number) => answer.t.findLastIndex((start) => start <= time)
  const inside = uptime.slice(at(ts[0]!), at(ts.at(-1)!) + 1)
  expect(inside).not.toContain(null)
  expect(inside).toEqual([...inside].sort((a, b) => a! - b!))
  expect(inside.length).toBeGreaterThanOrEqual(2)
  const outside = [...uptime.slice(0, at(ts[0]!)), ...uptime.slice(at(ts.at(-1)!) + 2)]
  expect(outside.filter((value) => value !== null).length).toBeLessThanOrEqual(2)
}
