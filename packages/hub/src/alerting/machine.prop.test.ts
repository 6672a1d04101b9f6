import { expect, test } from 'bun:test'
import { MINUTE, SECOND } from '@lumen/model/time'
import fc from 'fast-check'
import { type Level, rankOf } from './evaluate.ts'
import { advance, CALM, STEADY_MS, seenLevel } from './machine.ts'
import { afterNotice, noticeOf, UNTOLD } from './told.ts'

const reading = fc.record({
  level: fc.constantFrom<Level | undefined>(null, null, 'warning', 'critical', undefined),
  afterMs: fc.integer({ min: 0, max: 3 * MINUTE }),
  isQuiet: fc.boolean(),
})
const story = fc.record({
  forMs: fc.constantFrom(0, 30 * SECOND, 5 * MINUTE),
  readings: fc.array(reading, { maxLength: 200 }),
})
const RULE = { repeat_ms: null, escalate: null }

/** Plays a story and hands out what was said, with the readings up to then. */
function play({ forMs, readings }: typeof story extends fc.Arbitrary<infer S> ? S : never) {
  const said: { kind: string; level: Level; at: number; index: number }[] = []
  const seen: { level: Level | undefined; at: number }[] = []
  let track = CALM
  let told = UNTOLD
  let at = 0
  for (const { level, afterMs, isQuiet } of readings) {
    at += afterMs
    seen.push({ level, at })
    track = advance(track, level, at, forMs)
    const fires = track.phase === 'firing' ? track.level : null
    const kind = noticeOf(told, { level: fires, isQuiet, isAcknowledged: false }, RULE, at)
    if (kind !== null) {
      told = afterNotice(told, kind, fires, at)
      said.push({ kind, level: fires, at, index: seen.length - 1 })
    }
    if (!isQuiet) expect(told.level).toBe(fires)
  }
  return { said, seen, track, told, at }
}

test('nothing fires twice without an end in between, and nothing ends that did not fire', () => {
  fc.assert(
    fc.property(story, (one) => {
      let isKnown = false
      for (const { kind } of play(one).said) {
        expect(kind === 'fired').toBe(!isKnown)
        isKnown = kind !== 'resolved'
      }
    }),
  )
})

test('nothing is said of a level that did not hold, known and without a break, for the duration', () => {
  fc.assert(
    fc.property(story, (one) => {
      const { said, seen } = play({ ...one, readings: one.readings.map((r) => ({ ...r, isQuiet: false })) })
      for (const { kind, level, at, index } of said) {
        if (kind !== 'fired' && kind !== 'raised') continue
        const before = seen.slice(0, index + 1)
        const broken = before.findLastIndex(
          (each) => each.level === undefined || rankOf(each.level) < rankOf(level),
        )
        expect(before.length).toBeGreaterThan(broken + 1)
        expect(at - before[broken + 1]!.at).toBeGreaterThanOrEqual(one.forMs)
      }
    }),
  )
})

test('once nothing changes any more, what people know becomes what is', () => {
  fc.assert(
    fc.property(story, fc.constantFrom<Level>(null, 'warning', 'critical'), (one, last) => {
      let { track, told, at } = play(one)
      for (const afterMs of [1, STEADY_MS, STEADY_MS, 5 * MINUTE]) {
        at += afterMs
        track = advance(track, last, at, one.forMs)
        const fires = track.phase === 'firing' ? track.level : null
        const kind = noticeOf(told, { level: fires, isQuiet: false, isAcknowledged: false }, RULE, at)
        if (kind !== null) told = afterNotice(told, kind, fires, at)
      }
      expect(told.level).toBe(last)
      expect(seenLevel(track)).toBe(last)
      expect(track.isFlapping).toBe(false)
    }),
  )
})
