import { afterEach, expect, test } from 'bun:test'
import type { WireFrame, WireReadings } from '@lumen/protocol/agent/frame'
import { systemClock } from '@lumen/std/clock'
import { type Log, silentLog } from '@lumen/std/log'
import { FakeHub } from './fake-hub.ts'
import { HttpPush } from './http-push.ts'
import { Uplink, type UplinkOptions } from './uplink.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

function setUp(options: Partial<UplinkOptions> = {}): { hub: FakeHub; uplink: Uplink } {
  const hub = new FakeHub()
  hub.listen()
  const uplink = new Uplink({
    hubUrl: hub.url,
    token: `lum_${'a'.repeat(60)}`,
    clock: systemClock,
    log: silentLog,
    agentVersion: '0.1.0',
    bootId: 'boot-1',
    random: () => 0,
    ...options,
  })
  cleanups.push(() => {
    uplink.kill()
    hub.close()
  })
  return { hub, uplink }
}

const reading = (cpu: number): WireReadings => ({ host: { cpu_pct: cpu } })

function record(uplink: Uplink, count: number): void {
  for (let i = 0; i < count; i += 1) uplink.record(reading(i % 100), 1_000)
}

const seqsOf = (frames: readonly Pick<WireFrame, 'seq'>[]) => frames.map(({ seq }) => seq)
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1)
const problem = (status: number, members: object = {}, headers: Record<string, string> = {}) =>
  Response.json(
    { type: 'about:blank', title: 'no', status, detail: 'no', code: 'no', ...members },
    { status, headers },
  )

function recordingLog(): { log: Log; lines: string[] } {
  const lines: string[] = []
  const note = (message: string, fields: object = {}) => lines.push(`${message} ${JSON.stringify(fields)}`)
  return { log: { debug: note, info: note, warn: note, error: note }, lines }
}

test('frames recorded before contact reach the hub stamped with its time, in order', async () => {
  const { hub, uplink } = setUp()
  hub.now = () => Date.now() + 6 * 3_600_000
  record(uplink, 2)
  uplink.start()
  await uplink.pushNow()
  const [first, second] = hub.frames(uplink.stream)
  expect([first?.seq, second?.seq]).toEqual([1, 2])
  expect(Math.abs(first!.ts - hub.now())).toBeLessThan(60_000)
  expect(second!.ts).toBeGreaterThan(first!.ts)
  expect(hub.pushes[0]).toMatchObject({
    protocol: 1,
    frames: [],
    agent: { boot: 'boot-1', version: '0.1.0' },
  })
  expect(hub.events).toMatchObject([{ type: 'start', detail: { version: '0.1.0', boot: 'boot-1' } }])
})

test('a frame goes to the hub when it is recorded, without a wait', async () => {
  const { hub, uplink } = setUp()
  uplink.start()
  await uplink.pushNow()
  const pushes = hub.pushes.length
  uplink.record(reading(7), 1_000)
  await uplink.pushNow()
  expect(hub.pushes).toHaveLength(pushes + 1)
  expect(hub.frames(uplink.stream)[0]).toMatchObject({ seq: 1, interval_ms: 1_000, host: { cpu_pct: 7 } })
})

test('there is one push in flight; what is recorded meanwhile goes with the next', async () => {
  const { hub, uplink } = setUp()
  let inFlight = 0
  let most = 0
  hub.misbehave = async () => {
    inFlight += 1
    most = Math.max(most, inFlight)
    await Bun.sleep(5)
    inFlight -= 1
    return undefined as unknown as Response
  }
  uplink.start()
  for (let i = 0; i < 20; i += 1) {
    record(uplink, 1)
    await Bun.sleep(1)
  }
  await uplink.pushNow()
  expect(most).toBe(1)
  expect(seqsOf(hub.frames(uplink.stream))).toEqual(upTo(20))
})

test('after an outage the newest frames go first, then the backlog oldest first in batches', async () => {
  const { hub, uplink } = setUp()
  uplink.start()
  await uplink.pushNow()
  hub.misbehave = () => new Response('down', { status: 502 })
  record(uplink, 1)
  await uplink.pushNow()
  record(uplink, 499)
  hub.misbehave = undefined
  const before = hub.pushes.length
  await uplink.pushNow()
  const batches = hub.pushes.slice(before).map((push) => seqsOf(push.frames))
  expect(batches[0]).toEqual(upTo(500).slice(-10))
  expect(batches[1]).toEqual(upTo(200))
  expect(batches[2]).toEqual(upTo(400).slice(200))
  expect(batches.flat().toSorted((a, b) => a - b)).toEqual(upTo(500))
  const times = hub.frames(uplink.stream).map(({ ts }) => ts)
  expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b))
})

test('a push fits 4 MiB however large frames are', async () => {
  const { hub, uplink } = setUp()
  const big = 'x'.repeat(1_000)
  const readings = (): WireReadings => ({
    host: {},
    nic: Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`n${i}`, { mac: big }])),
  })
  for (let i = 0; i < 120; i += 1) uplink.record(readings(), 1_000)
  uplink.start()
  await uplink.pushNow()
  expect(seqsOf(hub.frames(uplink.stream))).toEqual(upTo(120))
  for (const push of hub.pushes) expect(JSON.stringify(push).length).toBeLessThan(4.2 * 1024 * 1024)
})

test('a restarted hub gets the whole window again, and counts each frame once', async () => {
  const { hub, uplink } = setUp()
  uplink.start()
  record(uplink, 450)
  await uplink.pushNow()
  hub.flush()
  record(uplink, 450)
  await uplink.pushNow()
  hub.restart()
  expect(hub.frames(uplink.stream)).toHaveLength(450)
  record(uplink, 1)
  await uplink.pushNow()
  expect(seqsOf(hub.frames(uplink.stream))).toEqual(upTo(901))
  expect(seqsOf(hub.memory(uplink.stream))).toEqual(upTo(901))
  const frames = hub.pushes.flatMap((push) => push.frames)
  const times = new Map(frames.map(({ seq, ts }) => [seq, ts]))
  for (const frame of frames) expect(frame.ts).toBe(times.get(frame.seq)!)
})

test('what a restarted hub lost goes before what only refills its memory', async () => {
  const { hub, uplink } = setUp()
  uplink.start()
  record(uplink, 300)
  await uplink.pushNow()
  hub.flush()
  record(uplink, 150)
  await uplink.pushNow()
  hub.restart()
  const before = hub.pushes.length
  record(uplink, 1)
  await uplink.pushNow()
  const batches = hub.pushes.slice(before).map((push) => seqsOf(push.frames))
  expect(batches[0]).toEqual([451])
  expect(batches[1]!.slice(-150)).toEqual(upTo(450).slice(300))
})

test('agents begin to resend at different moments', async () => {
  const { hub, uplink } = setUp({ random: () => 0.999 })
  uplink.start()
  record(uplink, 5)
  await uplink.pushNow()
  hub.restart()
  record(uplink, 1)
  await uplink.pushNow()
  expect(seqsOf(hub.memory(uplink.stream))).toEqual([6])
})

test('a hub that asks for a replay gets frames from there on, once', async () => {
  const { hub, uplink } = setUp()
  uplink.start()
  record(uplink, 10)
  await uplink.pushNow()
  hub.replayFrom = 4
  const before = hub.pushes.length
  record(uplink, 1)
  await uplink.pushNow()
  record(uplink, 1)
  await uplink.pushNow()
  expect(hub.pushes.slice(before).map((push) => seqsOf(push.frames))).toEqual([
    [11],
    [4, 5, 6, 7, 8, 9, 10],
    [12],
  ])
})

test('a frame the hub refuses by number is dropped and counted, the others are taken', async () => {
  const { hub, uplink } = setUp()
  hub.refuse = ({ seq }) => (seq === 3 ? 'host.cpu_pct is 101' : undefined)
  record(uplink, 5)
  uplink.start()
  await uplink.pushNow()
  expect(seqsOf(hub.frames(uplink.stream))).toEqual([1, 2, 4, 5])
  expect(uplink.status()).toMatchObject({ dropped: { 'host.cpu_pct is 101': 1 }, untakenFrames: 0 })
})

test('a 422 that carries an ack is an ack', async () => {
  const { hub, uplink } = setUp()
  hub.refuse = () => 'all bad'
  hub.misbehave = (push) => (push.frames.length > 0 ? problem(422, hub.take(push)) : undefined)
  record(uplink, 3)
  uplink.start()
  await uplink.pushNow()
  expect(uplink.status()).toMatchObject({ dropped: { 'all bad': 3 }, contact: 'ok', retainedFrames: 0 })
})

test.each([400, 413, 422])('a plain %d is halved down to the frame it is about', async (status) => {
  const { hub, uplink } = setUp()
  hub.misbehave = (push) => (push.frames.some(({ seq }) => seq === 77) ? problem(status) : undefined)
  record(uplink, 150)
  uplink.start()
  await uplink.pushNow()
  await uplink.pushNow()
  await uplink.pushNow()
  expect(seqsOf(hub.frames(uplink.stream))).toEqual(upTo(150).filter((seq) => seq !== 77))
  expect(uplink.status().dropped).toEqual({ 'refused: no': 1 })
  expect(hub.events.map(({ type }) => type)).toContain('start')
})

test('a limit on the size of bodies on the way costs nothing but smaller pushes', async () => {
  const { hub, uplink } = setUp()
  hub.misbehave = (push) => (push.frames.length > 30 ? new Response('nginx', { status: 413 }) : undefined)
  record(uplink, 200)
  uplink.start()
  await uplink.pushNow()
  expect(seqsOf(hub.frames(uplink.stream))).toEqual(upTo(200))
  expect(uplink.status().dropped).toEqual({})
})

test('something on the way that answers 400 to everything costs no frame', async () => {
  const { hub, uplink } = setUp()
  uplink.start()
  await uplink.pushNow()
  hub.misbehave = () => new Response('plain HTTP sent to HTTPS port', { status: 400 })
  record(uplink, 5)
  for (let i = 0; i < 5; i += 1) await uplink.pushNow()
  expect(uplink.status()).toMatchObject({ dropped: {}, untakenFrames: 5, contact: 'failing' })
  hub.misbehave = undefined
  await uplink.pushNow()
  expect(seqsOf(hub.frames(uplink.stream))).toEqual(upTo(5))
})

test('facts the hub refuses do not block frames or events', async () => {
  const { hub, uplink } = setUp()
  hub.misbehave = (push) => (push.facts === undefined ? undefined : problem(400))
  uplink.setFacts({ os: 'odd' })
  record(uplink, 3)
  uplink.start()
  await uplink.pushNow()
  await uplink.pushNow()
  uplink.event('collector', { collector: 'cpu' })
  await uplink.pushNow()
  expect(seqsOf(hub.frames(uplink.stream))).toEqual([1, 2, 3])
  expect(hub.events.map(({ type }) => type)).toContain('collector')
  expect(uplink.status().dropped).toEqual({})
})

test('an unknown token is told once with what to do, and frames are kept', async () => {
  const { log, lines } = recordingLog()
  const { hub, uplink } = setUp({ log })
  hub.misbehave = () => problem(401)
  uplink.start()
  record(uplink, 2)
  for (let i = 0; i < 4; i += 1) await uplink.pushNow()
  expect(lines.filter((line) => line.includes('does not know this token'))).toHaveLength(1)
  expect(lines.join()).not.toContain('lum_')
  hub.misbehave = undefined
  await uplink.pushNow()
  expect(seqsOf(hub.frames(uplink.stream))).toEqual([1, 2])
})

test.each([429, 503])('a %d with Retry-After is waited for', async (status) => {
  const { hub, uplink } = setUp()
  hub.misbehave = () => problem(status, {}, { 'retry-after': '1' })
  uplink.start()
  await uplink.pushNow()
  hub.misbehave = undefined
  const at = performance.now()
  while (hub.pushes.length < 2) await Bun.sleep(20)
  expect(performance.now() - at).toBeGreaterThan(900)
})

test('the token goes to the hub alone: a redirect is not followed', async () => {
  const elsewhere = new FakeHub()
  elsewhere.listen()
  const { hub, uplink } = setUp()
  for (const status of [301, 302, 307, 308]) {
    hub.misbehave = () => Response.redirect(`${elsewhere.url}/api/agent/push`, status)
    record(uplink, 1)
    uplink.start()
    await uplink.pushNow()
  }
  elsewhere.close()
  expect(elsewhere.pushes).toEqual([])
  expect(uplink.status()).toMatchObject({ untakenFrames: 4, contact: 'failing' })
  expect(uplink.status().fault).toContain('redirect')
})

const nonsense: [string, () => Response][] = [
  ['HTML', () => new Response('<html>captive portal</html>', { headers: { 'content-type': 'text/html' } })],
  ['nothing', () => new Response('')],
  ['other JSON', () => Response.json({ ok: true })],
  ['half an ack', () => new Response('{"accepted":1,"dupl')],
  ['an ack with a string for a number', () => Response.json({ accepted: '1', duplicate: 0 })],
  ['two megabytes', () => new Response('x'.repeat(2 * 1024 * 1024))],
  ['404', () => new Response('not found', { status: 404 })],
  ['500', () => problem(500)],
  ['204', () => new Response(null, { status: 204 })],
]

test.each(nonsense)('%s for an answer loses nothing', async (_, answer) => {
  const { hub, uplink } = setUp()
  uplink.start()
  await uplink.pushNow()
  hub.misbehave = answer
  record(uplink, 3)
  await uplink.pushNow()
  expect(uplink.status()).toMatchObject({ contact: 'failing', untakenFrames: 3, dropped: {} })
  hub.misbehave = undefined
  await uplink.pushNow()
  expect(seqsOf(hub.frames(uplink.stream))).toEqual([1, 2, 3])
})

test('an answer that does not come is given up', async () => {
  const hub = new FakeHub()
  hub.listen()
  hub.misbehave = () => new Promise<Response>(() => {})
  const push = new HttpPush({ hubUrl: hub.url, token: 't', timeoutMs: 50 })
  expect(await push.send('{}', new AbortController().signal, () => {})).toEqual({
    kind: 'failed',
    reason: 'no answer within 0.05 s',
  })
  hub.close()
})

test('an answer that never ends is given up', async () => {
  const hub = new FakeHub()
  hub.listen()
  hub.misbehave = () =>
    new Response(
      new ReadableStream({
        async pull(controller) {
          await Bun.sleep(5)
          controller.enqueue(new TextEncoder().encode(' '))
        },
      }),
    )
  const push = new HttpPush({ hubUrl: hub.url, token: 't', timeoutMs: 100 })
  expect((await push.send('{}', new AbortController().signal, () => {})).kind).toBe('failed')
  hub.close()
})

test('a lost answer is not a lost frame, nor one counted twice', async () => {
  const { hub, uplink } = setUp()
  uplink.start()
  await uplink.pushNow()
  hub.misbehave = (push) => {
    hub.take(push)
    return new Response('gateway timeout', { status: 504 })
  }
  record(uplink, 3)
  await uplink.pushNow()
  hub.misbehave = undefined
  await uplink.pushNow()
  expect(seqsOf(hub.frames(uplink.stream))).toEqual([1, 2, 3])
  expect(uplink.status()).toMatchObject({ untakenFrames: 0 })
})

test('a hub that comes back is found by the retry alone', async () => {
  const { hub, uplink } = setUp()
  hub.misbehave = () => new Response('', { status: 502 })
  uplink.start()
  record(uplink, 1)
  await uplink.pushNow()
  hub.misbehave = undefined
  while (hub.frames(uplink.stream).length === 0) await Bun.sleep(10)
  expect(uplink.status()).toMatchObject({ contact: 'ok', fault: null })
})

test('frames beyond the memory limit go oldest first, counted, and the hub is told from when to when', async () => {
  const { hub, uplink } = setUp({ maxRetainBytes: 20_000 })
  uplink.start()
  await uplink.pushNow()
  hub.misbehave = () => new Response('', { status: 502 })
  record(uplink, 1)
  await uplink.pushNow()
  record(uplink, 299)
  const { dropped, retainedBytes, retainedFrames } = uplink.status()
  expect(retainedBytes).toBeLessThanOrEqual(20_000)
  expect(dropped['memory limit']).toBe(300 - retainedFrames)
  hub.misbehave = undefined
  await uplink.pushNow()
  expect(seqsOf(hub.frames(uplink.stream))).toEqual(upTo(300).slice(-retainedFrames))
  const drops = hub.events.filter(({ type }) => type === 'drop')
  expect(drops).toHaveLength(1)
  expect(drops[0]!.detail).toMatchObject({ frames: 300 - retainedFrames, cause: 'memory limit' })
  expect(drops[0]!.detail.to as number).toBeLessThan(hub.frames(uplink.stream)[0]!.ts)
  expect(drops[0]!.detail.from as number).toBeLessThan(drops[0]!.detail.to as number)
})

test('frames on the hub’s disk give way first, and that is no loss', async () => {
  const { hub, uplink } = setUp({ maxRetainBytes: 20_000 })
  uplink.start()
  record(uplink, 50)
  await uplink.pushNow()
  hub.flush()
  record(uplink, 1)
  await uplink.pushNow()
  record(uplink, 45)
  await uplink.pushNow()
  hub.flush()
  record(uplink, 40)
  await uplink.pushNow()
  expect(uplink.status().dropped).toEqual({})
  expect(uplink.status().retainedBytes).toBeLessThanOrEqual(20_000)
})

test('a clean stop delivers what is left and says so', async () => {
  const { hub, uplink } = setUp()
  uplink.start()
  record(uplink, 3)
  await uplink.stop()
  expect(seqsOf(hub.frames(uplink.stream))).toEqual([1, 2, 3])
  expect(hub.events.map(({ type }) => type)).toEqual(['start', 'stop'])
})

test('a stop does not wait for a hub that does not answer', async () => {
  const { hub, uplink } = setUp()
  uplink.start()
  await uplink.pushNow()
  hub.misbehave = () => new Promise<Response>(() => {})
  record(uplink, 3)
  const at = performance.now()
  await uplink.stop()
  // A push is given up after 10 s.
  expect(performance.now() - at).toBeLessThan(9_000)
})

test('onStamped is told of each frame once, with the time it goes by for good', async () => {
  const stamped: { seq: number; ts: number; readings: WireReadings }[] = []
  const { hub, uplink } = setUp({ onStamped: (frame) => stamped.push(frame) })
  record(uplink, 2)
  expect(stamped).toEqual([])
  uplink.start()
  await uplink.pushNow()
  hub.restart()
  record(uplink, 1)
  await uplink.pushNow()
  expect(seqsOf(stamped)).toEqual([1, 2, 3])
  expect(stamped.map(({ ts }) => ts)).toEqual(hub.frames(uplink.stream).map(({ ts }) => ts))
  expect(stamped[1]!.readings).toEqual(reading(1))
})

test('the policy is told when it changes', async () => {
  const intervals: number[] = []
  const { hub, uplink } = setUp({ onPolicy: (policy) => intervals.push(policy.interval_ms) })
  uplink.start()
  await uplink.pushNow()
  record(uplink, 1)
  await uplink.pushNow()
  hub.policyRev = 2
  hub.intervalMs = 30_000
  record(uplink, 1)
  await uplink.pushNow()
  expect(intervals).toEqual([5_000, 30_000])
})

test('facts go once, and again to a hub that restarted', async () => {
  const { hub, uplink } = setUp()
  uplink.setFacts({ os: 'Debian' })
  uplink.start()
  record(uplink, 1)
  await uplink.pushNow()
  record(uplink, 1)
  await uplink.pushNow()
  expect(hub.pushes.filter((push) => push.facts !== undefined)).toHaveLength(1)
  hub.restart()
  record(uplink, 1)
  await uplink.pushNow()
  expect(hub.pushes.filter((push) => push.facts !== undefined)).toHaveLength(2)
})

test('large bodies are compressed, small ones and those of a hub that cannot are not', async () => {
  const { hub, uplink } = setUp()
  uplink.start()
  await uplink.pushNow()
  expect(hub.headers.every((headers) => !headers.has('content-encoding'))).toBe(true)
  record(uplink, 100)
  await uplink.pushNow()
  expect(hub.headers.at(-1)?.get('content-encoding')).toMatch(/^(zstd|gzip)$/)
  hub.misbehave = (push) =>
    hub.headers.at(-1)!.has('content-encoding') ? problem(415) : Response.json(hub.take(push))
  record(uplink, 100)
  await uplink.pushNow()
  await uplink.pushNow()
  expect(seqsOf(hub.frames(uplink.stream))).toEqual(upTo(200))
})

test('a hub below a path is reached below that path', async () => {
  let path = ''
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request) => {
      path = new URL(request.url).pathname
      return new Response('')
    },
  })
  const push = new HttpPush({ hubUrl: `http://127.0.0.1:${server.port}/lumen/`, token: 't' })
  await push.send('{}', new AbortController().signal, () => {})
  server.stop(true)
  expect(path).toBe('/lumen/api/agent/push')
})

test.each(['', 'hub', 'ftp://hub', 'http://user:pass@hub'])('%j is refused as a hub address', (hubUrl) => {
  expect(() => new HttpPush({ hubUrl, token: 't' })).toThrow(
    expect.objectContaining({ code: 'hub_url_invalid' }),
  )
})

test('an agent that starts with its machine says when the machine did; one that starts later does not', async () => {
  for (const [uptimeMs, types] of [
    [90_000, ['boot', 'start']],
    [3_600_000, ['start']],
  ] as const) {
    const { hub, uplink } = setUp({ readUptimeMs: () => uptimeMs })
    hub.now = () => Date.now() + 6 * 3_600_000
    const bootedAt = hub.now() - uptimeMs
    uplink.start()
    await uplink.pushNow()
    expect(hub.events.map(({ type }) => type)).toEqual([...types])
    const boot = hub.events.find(({ type }) => type === 'boot')
    if (boot === undefined) continue
    expect(boot.detail).toEqual({ boot: 'boot-1' })
    expect(Math.abs(boot.at - bootedAt)).toBeLessThan(30_000)
  }
})
