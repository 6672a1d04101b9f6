import { describe, expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE, SECOND } from '@lumen/model/time'
import { roundStep, timeTicks, valueTicks } from './ticks.ts'

describe('time axis', () => {
  const noon = new Date(2026, 10, 22, 12, 0, 7).getTime()

  test('has round local times and no more of them than fit', () => {
    for (const [span, most] of [
      [30 * SECOND, 6],
      [15 * MINUTE, 5],
      [HOUR, 8],
      [6 * HOUR, 4],
      [DAY, 12],
    ] as const) {
      const { at, stepMs } = timeTicks({ from: noon - span, to: noon }, most)
      expect(at.length).toBeGreaterThanOrEqual(2)
      expect(at.length).toBeLessThanOrEqual(most + 1)
      for (const t of at) {
        const date = new Date(t)
        const sinceMidnight = (date.getHours() * 60 + date.getMinutes()) * MINUTE + date.getSeconds() * SECOND
        expect(sinceMidnight % stepMs).toBe(0)
      }
    }
  })

  test('of days and more begins at local midnight and fits what it was given', () => {
    for (const days of [30, 90, 180, 365, 366]) {
      for (const most of [3, 5, 8, 14]) {
        const { at } = timeTicks({ from: noon - days * DAY, to: noon }, most)
        expect(at.length).toBeGreaterThanOrEqual(1)
        expect(at.length).toBeLessThanOrEqual(most + 1)
        for (const t of at) expect([new Date(t).getHours(), new Date(t).getMinutes()]).toEqual([0, 0])
      }
    }
  })

  test('of a month is in weeks from Monday, of a year in months from the first', () => {
    const month = timeTicks({ from: noon - 30 * DAY, to: noon }, 6).at
    expect(month.map((t) => new Date(t).getDay())).toEqual([1, 1, 1, 1])
    const year = timeTicks({ from: noon - 365 * DAY, to: noon }, 8).at
    expect(year.map((t) => new Date(t).getDate())).toEqual([1, 1, 1, 1, 1, 1])
  })

  test('keeps its places while the window is moved', () => {
    const before = timeTicks({ from: noon - 60 * DAY, to: noon }, 8)
    const after = timeTicks({ from: noon - 61 * DAY, to: noon - DAY }, 8)
    expect(after.stepMs).toBe(before.stepMs)
    expect(before.at.filter((t) => t <= noon - DAY)).toEqual(after.at.filter((t) => t >= noon - 60 * DAY))
  })
})

describe('value axis', () => {
  test('of a percentage is always 0 to 100', () => {
    expect(valueTicks('percent', 'percent', 1, 3)).toEqual({ min: 0, max: 100, at: [0, 25, 50, 75, 100] })
  })

  test('of pressure is small while pressure is small', () => {
    expect(valueTicks('share', 'percent', 0, 0.4).max).toBe(10)
    expect(valueTicks('share', 'percent', 0, 24).max).toBe(25)
    expect(valueTicks('share', 'percent', 0, 51).max).toBe(100)
    expect(valueTicks('share', 'percent', Number.NaN, Number.NaN).max).toBe(10)
  })

  test('of bytes goes in powers of two and reaches up to hold the size of the thing', () => {
    const { at } = valueTicks('auto', 'bytes', 0, 3 * 2 ** 30)
    expect(at).toEqual([0, 1, 2, 3].map((n) => n * 2 ** 30))
    const memory = valueTicks('auto', 'bytes', 0, 2 ** 30, { limit: 15.6 * 2 ** 30 })
    expect(memory.max).toBe(16 * 2 ** 30)
    expect(memory.at).toEqual([0, 4, 8, 12, 16].map((n) => n * 2 ** 30))
  })

  test('mirrored has the same reach on both sides and a line at zero', () => {
    const { min, max, at } = valueTicks('auto', 'bytes_per_second', -90_000, 12_000, { isMirrored: true })
    expect(min).toBe(-max)
    expect(max).toBeGreaterThanOrEqual(90_000)
    expect(at).toContain(0)
  })

  test('holds the data, whatever it is', () => {
    for (const high of [0, 1e-3, 0.9, 1, 7, 99.9, 1234, 5.5e6, 9e13]) {
      const { min, max, at } = valueTicks('auto', 'count', 0, high)
      expect(min).toBe(0)
      expect(max).toBeGreaterThanOrEqual(high)
      expect(at.length).toBeLessThanOrEqual(6)
    }
  })

  test('of temperatures stays near them and never flattens on them', () => {
    const { min, max } = valueTicks('near', 'celsius', 41, 44)
    expect(min).toBeGreaterThan(25)
    expect(min).toBeLessThanOrEqual(41)
    expect(max).toBeGreaterThan(44)
  })

  test('steps are 1, 2, 5 or a power of two', () => {
    expect([0.3, 1, 1.1, 2.4, 30, 6].map((size) => roundStep(size, 1000))).toEqual([0.5, 1, 2, 5, 50, 10])
    expect(roundStep(3000, 1024)).toBe(4096)
  })
})
