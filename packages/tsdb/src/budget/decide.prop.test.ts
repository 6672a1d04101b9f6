import { expect, test } from 'bun:test'
import { ENTITY_NAMES } from '@lumen/model/catalog'
import { DAY, HOUR } from '@lumen/model/time'
import fc from 'fast-check'
import { type Act, type DecideInput, decide, KEPT_NEWEST_MS } from './decide.ts'
import { hotRoom } from './room.ts'
import { STAGES, stageOf } from './stages.ts'

const TODAY = 20_000 * DAY

const entities = fc.constantFrom(...ENTITY_NAMES)
const bytes = fc.integer({ min: 1, max: 1_000_000 })
const days = fc.integer({ min: 0, max: 400 })
const inputs: fc.Arbitrary<DecideInput> = fc.record({
  now: fc.integer({ min: TODAY, max: TODAY + DAY }),
  room: fc.record({
    growBytes: fc.integer({ min: -1_000_000, max: 1_000_000 }),
    hotFreeBytes: fc.nat(1_000_000),
    hotShareBytes: fc.oneof(fc.nat(1_000_000), fc.constant(Number.POSITIVE_INFINITY)),
  }),
  needs: fc.record({ growBytes: fc.nat(2_000_000), hotBytes: fc.nat(2_000_000) }),
  cold: fc
    .array(fc.record({ entity: entities, ago: days, length: fc.constantFrom(1, 30), bytes }), {
      maxLength: 30,
    })
    .map((files) =>
      files.map(({ entity, ago, length, bytes: held }, index) => ({
        name: `file ${index}`,
        entity,
        range: { from: TODAY - (ago + length) * DAY, to: TODAY - ago * DAY },
        bytes: held,
      })),
    ),
  hot: fc.array(
    fc
      .record({
        entity: entities,
        ago: fc.integer({ min: 0, max: 3 }),
        from: fc.nat(23),
        hours: fc.nat(23),
        bytes,
      })
      .map(({ entity, ago, from, hours, bytes: held }) => {
        const start = TODAY - ago * DAY + from * HOUR
        return {
          entity,
          range: { from: start, to: Math.min(start + (hours + 1) * HOUR, TODAY - (ago - 1) * DAY) },
          bytes: held,
        }
      }),
    { maxLength: 20 },
  ),
})

/** What there is after these acts. */
function after({ room }: DecideInput, acts: readonly Act[]) {
  const sum = (tier: Act['tier']) =>
    acts.filter((act) => act.tier === tier).reduce((total, act) => total + act.bytes, 0)
  return {
    ...room,
    growBytes: room.growBytes + sum('cold'),
    hotFreeBytes: room.hotFreeBytes + sum('hot'),
  }
}

const suffices = (input: DecideInput, acts: readonly Act[]) => {
  const room = after(input, acts)
  return room.growBytes >= input.needs.growBytes && hotRoom(room) >= input.needs.hotBytes
}

test('what is given up follows the order, spares the newest hour, suffices if anything can, and is no act too many', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const acts = decide(input)
      // in order: by stage, then by day
      for (let index = 1; index < acts.length; index++) {
        const [a, b] = [acts[index - 1]!, acts[index]!]
        const byStage = STAGES.indexOf(b.stage) - STAGES.indexOf(a.stage)
        expect(byStage).toBeGreaterThanOrEqual(0)
        if (byStage === 0) {
          expect(Math.floor(b.range.from / DAY)).toBeGreaterThanOrEqual(Math.floor(a.range.from / DAY))
        }
      }
      for (const act of acts) {
        expect(act.stage).toBe(stageOf(act.entity))
        if (act.tier === 'hot') expect(act.range.to).toBeLessThanOrEqual(input.now - KEPT_NEWEST_MS)
      }
      // no act too many
      if (acts.length > 0) expect(suffices(input, acts.slice(0, -1))).toBe(false)
      if (suffices(input, acts)) return
      // not enough: then nothing that would help was left out
      const isFull = after(input, acts).growBytes >= input.room.hotShareBytes
      const needsGrowth = after(input, acts).growBytes < input.needs.growBytes
      const dropped = new Set(acts.map((act) => (act.tier === 'cold' ? act.name : '')))
      if (needsGrowth || !isFull) for (const { name } of input.cold) expect(dropped.has(name)).toBe(true)
    }),
  )
})

test('a stage is not touched while an earlier one can still give what is needed', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const furthest = decide(input).at(-1)
      if (furthest === undefined) return
      const earlier = {
        ...input,
        hot: input.hot.filter(
          ({ entity }) => STAGES.indexOf(stageOf(entity)) < STAGES.indexOf(furthest.stage),
        ),
        cold: input.cold.filter(
          ({ entity }) => STAGES.indexOf(stageOf(entity)) < STAGES.indexOf(furthest.stage),
        ),
      }
      expect(suffices(input, decide(earlier))).toBe(false)
    }),
  )
})
