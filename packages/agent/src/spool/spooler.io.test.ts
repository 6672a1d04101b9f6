import { expect, test } from 'bun:test'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SpoolLock } from './lock.ts'
import { SpoolWorld, upTo } from './spool-world.ts'

const eventsOf = (world: SpoolWorld, type: string) => world.hub.events.filter((event) => event.type === type)

/** An outage of `count` frames, all of them on disk. */
async function outage(world: SpoolWorld, count: number): Promise<void> {
  world.cut()
  world.record(count)
  await world.push()
  world.uplink.spoolNow()
}

test('nothing is on the disk while the hub answers, not even a directory', async () => {
  using world = new SpoolWorld()
  await world.push()
  world.record(50)
  await world.push()
  world.uplink.spoolNow()
  world.hub.flush()
  await world.restart()
  world.record(1)
  await world.push()
  expect(existsSync(world.dir)).toBe(false)
})

test('what was read in an outage survives the agent, keeps its stream and time, and leaves the disk empty', async () => {
  using world = new SpoolWorld()
  await world.push()
  world.record(20)
  await world.push()
  world.hub.flush()
  const { stream } = world.uplink
  await outage(world, 100)
  expect(world.files()).toEqual(['00000001.spool', 'lock'])
  world.kill()
  expect(world.uplink.stream).toBe(stream)
  world.record(5)
  world.mend()
  await world.push()
  expect(world.numbers()).toEqual(upTo(125))
  const times = world.history().map(({ ts }) => ts)
  for (const [i, ts] of times.entries()) expect(Math.abs(ts - (times[0]! + 1_000 * i))).toBeLessThan(50)
  world.hub.flush()
  world.record(1)
  await world.push()
  expect(world.files()).toEqual([])
})

test('an agent that finds no spool begins a new stream', async () => {
  using world = new SpoolWorld()
  await world.push()
  const { stream } = world.uplink
  await world.restart()
  expect(world.uplink.stream).not.toBe(stream)
})

test('numbers of frames that only the dead agent knew are not used again', async () => {
  using world = new SpoolWorld()
  await world.push()
  await outage(world, 30)
  world.mend()
  world.record(700)
  await world.push()
  world.kill()
  world.record(10)
  await world.push()
  world.kill()
  world.record(10)
  await world.push()
  expect(world.numbers()).toEqual(upTo(750))
})

test('an outage before the first contact, over a kill and a clock that is set, is placed where it was', async () => {
  using world = new SpoolWorld()
  world.cut()
  await world.push()
  const from = world.hubTime
  world.record(40)
  world.uplink.spoolNow()
  world.clock.wall -= 7_200_000
  world.kill()
  world.record(40)
  world.clock.wall += 86_400_000
  world.mend()
  await world.push()
  expect(world.numbers()).toEqual(upTo(80))
  for (const [i, { ts }] of world.history().entries())
    expect(Math.abs(ts - from - 1_000 * i)).toBeLessThan(50)
})

test('frames of before a reboot are placed by the wall clock', async () => {
  using world = new SpoolWorld()
  world.cut()
  await world.push()
  const from = world.hubTime
  world.record(40)
  world.uplink.spoolNow()
  world.reboot()
  world.record(1)
  world.mend()
  await world.push()
  expect(world.numbers()).toEqual(upTo(41))
  for (const [i, { ts }] of world.history().slice(0, 40).entries()) {
    expect(Math.abs(ts - from - 1_000 * i)).toBeLessThan(50)
  }
})

test('live frames go first, the spool oldest first behind them', async () => {
  using world = new SpoolWorld()
  await world.push()
  await outage(world, 450)
  world.kill()
  world.record(12)
  world.mend()
  const before = world.hub.pushes.length
  world.hub.pushes.length = 0
  const pushes: (number | null | undefined)[][] = []
  const take = world.hub.take.bind(world.hub)
  world.hub.take = (push) => {
    pushes.push(push.frames.map(({ host }) => host?.load1))
    return take(push)
  }
  await world.push()
  expect(before).toBe(0)
  const filled = pushes.filter(({ length }) => length > 0)
  expect(filled[0]).toEqual(upTo(462, 453))
  expect(filled[1]).toEqual(upTo(200))
  expect(filled[2]).toEqual(upTo(400, 201))
  expect(filled[3]).toEqual([...upTo(450, 401), 451, 452])
})

test('a hub that asks the backlog to wait still gets live frames, and is not out of reach', async () => {
  using world = new SpoolWorld()
  await world.push()
  await outage(world, 300)
  world.kill()
  world.record(1)
  world.mend()
  world.busyAbove = 10
  await world.settled()
  world.record(5)
  await world.settled()
  expect(world.uplink.status()).toMatchObject({ contact: 'ok', untakenFrames: 0 })
  world.busyAbove = undefined
  await world.push()
  expect(world.numbers()).toEqual(upTo(306))
})

test('a hub that restarts while it takes the backlog gets again what it had not on disk', async () => {
  using world = new SpoolWorld()
  await world.push()
  await outage(world, 900)
  world.kill()
  world.mend()
  world.record(1)
  await world.push()
  expect(world.numbers()).toEqual(upTo(901))
  world.hub.restart()
  expect(world.numbers()).toEqual([])
  world.record(1)
  await world.push()
  world.pass(40_000)
  world.record(1)
  await world.push()
  expect(world.numbers()).toEqual(upTo(903))
})

test('past the limit the oldest go, counted, and the hub is told from when to when and why', async () => {
  using world = new SpoolWorld({ maxBytes: 64 * 1024, replayWindowMs: 60_000 })
  await world.push()
  const from = world.hubTime
  await outage(world, 1)
  for (let i = 0; i < 900; i += 1) {
    world.record(5)
    await world.push()
    world.uplink.spoolNow()
  }
  const size = world.files().reduce((sum, name) => sum + statSync(join(world.dir, name)).size, 0)
  expect(size).toBeLessThanOrEqual(64 * 1024 + 100)
  const dropped = world.uplink.status().dropped['spool limit']!
  expect(dropped).toBeGreaterThan(100)
  world.kill()
  world.mend()
  world.record(1)
  await world.push()
  expect(world.numbers()).toEqual(upTo(4_502, dropped + 1))
  expect(eventsOf(world, 'drop')).toMatchObject([{ detail: { frames: dropped, cause: 'spool limit' } }])
  const { detail } = eventsOf(world, 'drop')[0]!
  expect(Math.abs((detail.from as number) - from)).toBeLessThan(50)
  expect(Math.abs((detail.to as number) - from - 1_000 * (dropped - 1))).toBeLessThan(50)
})

test('what is older than the spool keeps goes, whatever room there is', async () => {
  using world = new SpoolWorld({ replayWindowMs: 60_000 })
  await world.push()
  await outage(world, 100)
  world.kill()
  world.cut()
  world.pass(31 * 86_400_000)
  world.record(5)
  await world.push()
  world.uplink.spoolNow()
  world.mend()
  await world.push()
  expect(world.uplink.status().dropped).toMatchObject({ 'spool age limit': 100 })
  expect(world.numbers()).toEqual(upTo(105, 101))
})

test('the memory keeps no more than the replay window of what is on disk', async () => {
  using world = new SpoolWorld({ replayWindowMs: 60_000 })
  await world.push()
  await outage(world, 600)
  world.record(1)
  expect(world.uplink.status().retainedFrames).toBeLessThan(70)
  world.mend()
  await world.push()
  expect(world.numbers()).toEqual(upTo(601))
})

test('a clean stop in an outage keeps frames and what happened; the next run delivers both', async () => {
  using world = new SpoolWorld()
  await world.push()
  world.record(3)
  await world.push()
  world.cut()
  world.record(5)
  await world.restart()
  world.mend()
  await world.push()
  expect(world.numbers()).toEqual(upTo(8))
  expect(world.hub.events.map(({ type }) => type).sort()).toEqual(['start', 'start', 'stop'])
})

test('an outage is told when it ends, with its cause', async () => {
  using world = new SpoolWorld()
  await world.push()
  const from = world.hubTime
  world.cut()
  world.record(1)
  await world.push()
  world.record(59)
  await world.push()
  world.mend()
  await world.push()
  const [told] = eventsOf(world, 'outage')
  expect(told?.detail).toMatchObject({ reason: 'no route' })
  expect(Math.abs((told?.detail.from as number) - from)).toBeLessThan(1_100)
  expect(Math.abs((told?.detail.to as number) - from - 60_000)).toBeLessThan(50)
})

test('an outage the agent did not survive is told as well', async () => {
  using world = new SpoolWorld()
  await world.push()
  world.cut()
  world.record(1)
  await world.push()
  world.record(30)
  world.uplink.spoolNow()
  world.kill()
  world.mend()
  await world.push()
  expect(eventsOf(world, 'outage')).toMatchObject([{ detail: { reason: 'no route' } }])
})

test('a torn end is left out and counted, the rest is delivered', async () => {
  using world = new SpoolWorld()
  await world.push()
  await outage(world, 20)
  world.record(20)
  world.uplink.spoolNow()
  world.uplink.kill()
  const path = join(world.dir, '00000001.spool')
  writeFileSync(path, readFileSync(path).subarray(0, -7))
  world.kill()
  world.mend()
  world.record(1)
  await world.push()
  expect(world.numbers()).toEqual([...upTo(20), 41])
  expect(world.uplink.status().spool!.cutBytes).toBeGreaterThan(0)
  expect(eventsOf(world, 'spool')).toMatchObject([{ detail: { state: 'damaged' } }])
})

test('a directory that cannot be made leaves the memory, and says so once on stderr and to the hub', async () => {
  const file = join(import.meta.dir, 'spooler.io.test.ts')
  using world = new SpoolWorld({ dir: join(file, 'spool') })
  await outage(world, 1)
  for (let i = 0; i < 5; i += 1) {
    world.record(20)
    world.uplink.spoolNow()
  }
  expect(world.lines.filter((line) => line.startsWith('spool cannot be used'))).toHaveLength(1)
  world.mend()
  await world.push()
  expect(world.numbers()).toEqual(upTo(101))
  expect(eventsOf(world, 'spool')).toMatchObject([{ detail: { state: 'unusable' } }])
})

test('a spool in use by another process is left alone, and used once that is gone', async () => {
  using world = new SpoolWorld()
  mkdirSync(world.dir, { recursive: true })
  const lock = SpoolLock.take(world.dir)
  await world.push()
  await outage(world, 20)
  expect(world.files()).toEqual(['lock'])
  expect(world.uplink.status().spool!.fault).toContain('another agent')
  lock.release()
  world.record(5)
  world.uplink.spoolNow()
  expect(world.uplink.status().spool!.fault).toBeNull()
  world.uplink.spoolNow()
  world.kill()
  world.mend()
  await world.push()
  expect(world.numbers()).toEqual(upTo(25))
  expect(eventsOf(world, 'spool').map(({ detail }) => detail.state)).toEqual(['unusable', 'ok'])
})

test.each([
  ['a process that is gone', '999999999 1'],
  ['a number that another process has now', `${process.pid} 1`],
  ['nobody', ''],
])('a lock of %s holds nobody up', (_, text) => {
  using world = new SpoolWorld()
  mkdirSync(world.dir, { recursive: true })
  writeFileSync(join(world.dir, 'lock'), text)
  const lock = SpoolLock.take(world.dir)
  expect(() => SpoolLock.take(world.dir)).toThrow(expect.objectContaining({ code: 'spool_in_use' }))
  lock.release()
  expect(world.files()).toEqual([])
})

test('a spool goes with a new token or a new address, but not with both: that is another hub’s', async () => {
  for (const [change, isOurs] of [
    [{ token: 'other' }, true],
    [{ hubUrl: 'http://elsewhere' }, true],
    [{ token: 'other', hubUrl: 'http://elsewhere' }, false],
  ] as const) {
    using first = new SpoolWorld()
    await first.push()
    await outage(first, 20)
    first.uplink.kill()
    using second = new SpoolWorld({ dir: first.dir, ...change })
    await second.push()
    expect(second.numbers()).toEqual(isOurs ? upTo(20) : [])
    await outage(second, 1)
    second.uplink.kill()
    expect(second.files().filter((name) => name.endsWith('.spool'))).toHaveLength(isOurs ? 2 : 1)
  }
})

test('files are for their owner alone, and hold no token', async () => {
  const token = `lum_${'s'.repeat(60)}`
  using world = new SpoolWorld({ token })
  await world.push()
  await outage(world, 5)
  expect(statSync(world.dir).mode & 0o077).toBe(0)
  for (const name of world.files()) {
    const path = join(world.dir, name)
    expect(statSync(path).mode & 0o077).toBe(0)
    expect(readFileSync(path).includes(token)).toBe(false)
  }
  chmodSync(world.dir, 0o700)
})
