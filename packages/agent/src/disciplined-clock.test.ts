import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { DisciplinedClock } from './disciplined-clock.ts'
import { ManualClock } from './fixture.ts'

class Machine {
  readonly clock = new ManualClock()
  uptimeMs: number | undefined = 5_000_000
  hubTime = 1_900_000_000_000
  readonly disciplined = new DisciplinedClock({ clock: this.clock, readUptimeMs: () => this.uptimeMs })

  pass(ms: number): void {
    this.clock.advance(ms)
    if (this.uptimeMs !== undefined) this.uptimeMs += ms
    this.hubTime += ms
  }

  /** One push: the question takes `thereMs`, the answer `backMs`. */
  exchange(thereMs = 1, backMs = 1): boolean {
    const sent = this.disciplined.steady()
    this.pass(thereMs)
    const answered = this.hubTime
    this.pass(backMs)
    return this.disciplined.observe(sent, this.disciplined.steady(), answered)
  }

  get error(): number {
    return this.disciplined.toHubTime(this.disciplined.steady()) - this.hubTime
  }
}

test('after the first answer it tells the hub’s time, however wrong the wall clock is', () => {
  const machine = new Machine()
  machine.clock.wall = 0
  expect(machine.disciplined.isSynced).toBe(false)
  expect(() => machine.disciplined.toHubTime(0)).toThrow()
  machine.exchange()
  machine.clock.wall -= 7_200_000
  machine.pass(3_600_000)
  expect(Math.abs(machine.error)).toBeLessThan(1)
})

test('a slow, lopsided exchange hardly moves it', () => {
  const machine = new Machine()
  machine.exchange()
  machine.pass(5_000)
  machine.exchange(5_000, 1)
  expect(Math.abs(machine.error)).toBeLessThan(60)
})

test('a bad first estimate is corrected by a better exchange', () => {
  for (const [there, back] of [
    [4_000, 1],
    [1, 4_000],
  ] as const) {
    const machine = new Machine()
    machine.exchange(there, back)
    expect(Math.abs(machine.error)).toBeGreaterThan(1_900)
    for (let i = 0; i < 10; i += 1) {
      machine.pass(5_000)
      machine.exchange()
    }
    expect(Math.abs(machine.error)).toBeLessThan(5)
  }
})

test('a crystal that runs 100 ppm fast is followed', () => {
  const machine = new Machine()
  for (let i = 0; i < 1_000; i += 1) {
    machine.exchange()
    machine.pass(5_000)
    machine.hubTime -= 0.5
  }
  expect(Math.abs(machine.error)).toBeLessThan(20)
})

test('sleep is noticed, told, and needs a new answer of the hub', () => {
  const machine = new Machine()
  machine.exchange()
  const before = machine.disciplined.steady()
  machine.uptimeMs! += 8 * 3_600_000
  machine.hubTime += 8 * 3_600_000
  expect(machine.disciplined.check()).toEqual({ kind: 'resume', asleepMs: 8 * 3_600_000 })
  expect(machine.disciplined.steady() - before).toBe(8 * 3_600_000)
  expect(machine.disciplined.isSynced).toBe(false)
  machine.exchange()
  expect(Math.abs(machine.error)).toBeLessThan(1)
})

test.each([-7_200_000, 7_200_000, -1e12, 1e12])(
  'a monotonic clock that jumps by %d ms is taken back',
  (by) => {
    const machine = new Machine()
    machine.exchange()
    machine.pass(5_000)
    machine.disciplined.check()
    const before = machine.disciplined.steady()
    machine.clock.elapsed += by
    machine.pass(5_000)
    expect(machine.disciplined.check()?.kind).toBe('jump')
    expect(machine.disciplined.steady() - before).toBeCloseTo(5_000, 0)
    machine.exchange()
    expect(Math.abs(machine.error)).toBeLessThan(1)
  },
)

test('without an uptime a clock that steps back still never runs back', () => {
  const machine = new Machine()
  machine.uptimeMs = undefined
  const disciplined = new DisciplinedClock({ clock: machine.clock })
  const before = disciplined.steady()
  machine.clock.elapsed -= 1_000_000
  expect(disciplined.check()).toBeUndefined()
  expect(disciplined.steady()).toBeGreaterThanOrEqual(before)
})

test('a hub clock set back by hours is believed the second time', () => {
  const machine = new Machine()
  machine.exchange()
  machine.pass(5_000)
  machine.hubTime -= 7_200_000
  expect(machine.exchange()).toBe(false)
  expect(machine.error).toBeGreaterThan(7_000_000)
  machine.pass(5_000)
  expect(machine.exchange()).toBe(true)
  expect(Math.abs(machine.error)).toBeLessThan(1)
})

test('a hub clock set forward is followed at once', () => {
  const machine = new Machine()
  machine.exchange()
  machine.pass(5_000)
  machine.hubTime += 7_200_000
  machine.exchange()
  expect(Math.abs(machine.error)).toBeLessThan(1)
})

test('noise between the two clocks is no jump', () => {
  const machine = new Machine()
  for (let i = 0; i < 100; i += 1) {
    machine.pass(1_000)
    machine.uptimeMs! += i % 2 === 0 ? 900 : -900
    expect(machine.disciplined.check()).toBeUndefined()
  }
})

test('with any round trips the error stays below half of the shortest', () => {
  const leg = fc.integer({ min: 0, max: 500 })
  fc.assert(
    fc.property(fc.array(fc.tuple(leg, leg), { minLength: 7, maxLength: 7 }), (legs) => {
      const machine = new Machine()
      for (const [there, back] of legs) {
        machine.exchange(there, back)
        machine.pass(60_000)
      }
      machine.exchange(...legs.at(-1)!)
      const shortest = Math.min(...legs.map(([there, back]) => there + back))
      expect(Math.abs(machine.error)).toBeLessThanOrEqual(shortest / 2 + 1)
    }),
  )
})

test('an uptime that does not move is given up after three checks', () => {
  const machine = new Machine()
  const frozen = new DisciplinedClock({ clock: machine.clock, readUptimeMs: () => 1 })
  const jumps = Array.from({ length: 6 }, () => {
    machine.pass(5_000)
    return frozen.check()?.kind
  })
  expect(jumps).toEqual(['jump', 'jump', 'jump', undefined, undefined, undefined])
  const before = frozen.steady()
  machine.pass(5_000)
  expect(frozen.steady() - before).toBe(5_000)
})
