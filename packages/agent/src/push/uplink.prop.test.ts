import { expect, test } from 'bun:test'
import { silentLog } from '@lumen/std/log'
import fc from 'fast-check'
import { ManualClock } from '../fixture.ts'
import { FakeHub } from './fake-hub.ts'
import type { PushAnswer, PushTransport } from './http-push.ts'
import { Uplink } from './uplink.ts'

/** What happens to the agent and its hub, one thing after the other. */
const step = fc.constantFrom(
  'record',
  'record',
  'record many',
  'push',
  'push',
  'lost answer',
  'unreachable',
  'busy',
  'unauthorized',
  'refused as a whole',
  'ask for a replay',
  'restart',
  'flush',
  'wait',
  'wait long',
  'sleep',
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

const WINDOW_MS = 15 * 60_000

class World implements PushTransport {
  readonly clock = new ManualClock()
  readonly hub = new FakeHub()
  readonly stamped: number[] = []
  readonly uplink: Uplink
  #uptimeMs = 5_000_000
  #next: Step = 'push'
  #recorded = 0

  constructor() {
    this.hub.now = () => 1_800_000_000_000 + this.#uptimeMs
    this.uplink = new Uplink({
      hubUrl: 'http://127.0.0.1:1',
      token: 't',
      clock: this.clock,
      log: silentLog,
      agentVersion: '0',
      random: () => 0,
      transport: this,
      readUptimeMs: () => this.#uptimeMs,
      onStamped: ({ ts }) => this.stamped.push(ts),
    })
    this.uplink.start()
  }

  get recorded(): number {
    return this.#recorded
  }

  async send(body: string, _: AbortSignal, onHeaders: () => void): Promise<PushAnswer> {
    onHeaders()
    const push = JSON.parse(body)
    if (this.#next === 'unreachable') return { kind: 'failed', reason: 'no route' }
    if (this.#next === 'busy') return { kind: 'busy', status: 503, retryAfterMs: 1_000 }
    if (this.#next === 'unauthorized') return { kind: 'unauthorized', status: 401 }
    if (this.#next === 'refused as a whole') return { kind: 'refused', status: 400, reason: 'proxy' }
    const ack = this.hub.take(push)
    if (this.#next === 'lost answer') return { kind: 'failed', reason: 'reset' }
    return { kind: 'ack', ack, isWhole: true }
  }

  async do(what: Step): Promise<void> {
    if (what === 'restart') this.hub.restart()
    else if (what === 'flush') this.hub.flush()
    else if (what === 'wait') this.#pass(40_000)
    else if (what === 'wait long') this.#pass(10 * 60_000)
    else if (what === 'sleep') this.#uptimeMs += 3_600_000
    else if (what === 'record') this.#record(1)
    else if (what === 'record many') this.#record(230)
    else {
      this.#next = what
      if (what === 'ask for a replay') this.hub.replayFrom = 1
      await this.uplink.pushNow()
      this.#next = 'push'
      this.hub.replayFrom = null
    }
  }

  #pass(ms: number): void {
    this.clock.advance(ms)
    this.#uptimeMs += ms
  }

  #record(count: number): void {
    for (let i = 0; i < count; i += 1) {
      this.#recorded += 1
      this.uplink.record({ host: { load1: this.#recorded } }, 1_000)
      this.#pass(1_000)
    }
  }
}

test('after any trouble every frame is in the history once, in order and in true time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const world = new World()
      const { hub, uplink } = world
      for (const what of steps) await world.do(what)
      for (const what of ['record', 'push', 'wait', 'push', 'push'] as const) await world.do(what)
      const frames = hub.frames(uplink.stream)
      expect(frames.map(({ seq, host }) => [seq, host?.load1])).toEqual(
        Array.from({ length: world.recorded }, (_, i) => [i + 1, i + 1]),
      )
      const times = frames.map(({ ts }) => ts)
      for (let i = 1; i < times.length; i += 1) expect(times[i]!).toBeGreaterThan(times[i - 1]!)
      expect(world.stamped.toSorted((a, b) => a - b)).toEqual(times)
      expect(uplink.status()).toMatchObject({ dropped: {}, untakenFrames: 0 })
      uplink.kill()
    }),
    { numRuns: 50 },
  )
}, 120_000)

test.each([-12_000, -40_000, -59_000, -7_200_000])(
  'a hub whose clock is set by %d ms refuses frames of the future, and has them all the same',
  async (byMs) => {
    const world = new World()
    const { hub, uplink } = world
    hub.refuse = ({ ts }) => (ts > hub.now() + 10_000 ? 'ts: is ahead' : undefined)
    for (const what of ['record many', 'push', 'record'] as const) await world.do(what)
    const before = hub.now
    hub.now = () => before() + byMs
    for (const what of ['push', 'record', 'push', 'record', 'wait', 'record', 'push', 'push'] as const) {
      await world.do(what)
    }
    expect(hub.frames(uplink.stream).map(({ seq }) => seq)).toEqual(
      Array.from({ length: world.recorded }, (_, i) => i + 1),
    )
    expect(uplink.status().dropped).toEqual({})
    expect(Math.abs(uplink.hubTime()! - hub.now())).toBeLessThan(1_000)
    uplink.kill()
  },
)

test('a frame that a hub calls of the future for ever is given up, not sent for ever', async () => {
  const world = new World()
  const { hub, uplink } = world
  hub.refuse = ({ seq }) => (seq === 2 ? 'ts: is ahead' : undefined)
  for (const what of ['record', 'push', 'record'] as const) await world.do(what)
  const before = hub.now
  hub.now = () => before() - 40_000
  for (const what of ['push', 'wait', 'push', 'record', 'wait', 'push'] as const) await world.do(what)
  expect(uplink.status()).toMatchObject({ dropped: { 'ts: is ahead': 1 }, untakenFrames: 0 })
  uplink.kill()
})

test('after any trouble nothing is forgotten before it is durable and old, and everything after', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const world = new World()
      for (const what of steps) {
        await world.do(what)
        const { retainedFrames } = world.uplink.status()
        const takenNow = world.hub.frames(world.uplink.stream).length
        expect(retainedFrames).toBeGreaterThanOrEqual(Math.min(world.recorded - takenNow, world.recorded))
      }
      for (const what of ['push', 'wait', 'push', 'flush', 'record', 'push'] as const) await world.do(what)
      for (const what of ['wait long', 'wait long', 'record', 'push', 'flush', 'record', 'push'] as const) {
        await world.do(what)
      }
      expect(world.uplink.status().retainedFrames).toBeLessThanOrEqual(3)
      world.uplink.kill()
    }),
    { numRuns: 25 },
  )
}, 120_000)

test('a hub run met for the first time gets the whole window, whatever happened before', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const world = new World()
      for (const what of steps) await world.do(what)
      await world.do('push')
      world.hub.restart()
      for (const what of ['record', 'push', 'wait', 'push'] as const) await world.do(what)
      const inMemory = new Set(world.hub.memory(world.uplink.stream).map(({ seq }) => seq))
      const newest = world.hub.frames(world.uplink.stream).at(-1)!.ts
      const missing = world.hub
        .frames(world.uplink.stream)
        .filter(({ seq, ts }) => newest - ts < WINDOW_MS - 120_000 && !inMemory.has(seq))
      expect(missing).toEqual([])
      world.uplink.kill()
    }),
    { numRuns: 30 },
  )
}, 120_000)
