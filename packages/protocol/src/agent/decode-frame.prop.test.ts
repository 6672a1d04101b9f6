import { expect, test } from 'bun:test'
import { CATALOG, ENTITY_NAMES, type EntityName } from '@lumen/model/catalog'
import type { EntitySpec } from '@lumen/model/field'
import fc from 'fast-check'
import { decodeFrame } from './decode-frame.ts'
import { frameSchema, isSingle } from './frame.ts'

const oddValue = fc.oneof(
  fc.double(),
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.constant([]),
  fc.constant({}),
  fc.integer(),
)

function rowArbitrary(entity: EntityName) {
  const spec: EntitySpec = CATALOG[entity]
  const fields = Object.entries(spec.fields).map(([name, field]) => [
    name,
    fc.oneof(
      { weight: 30, arbitrary: fc.double({ min: field.bounds[0], max: field.bounds[1], noNaN: true }) },
      { weight: 1, arbitrary: oddValue },
    ),
  ])
  const words = Object.keys(spec.attributes).map((name) => [
    name,
    fc.oneof({ weight: 20, arbitrary: fc.string() }, { weight: 1, arbitrary: oddValue }),
  ])
  return fc.record(Object.fromEntries([...fields, ...words]), { requiredKeys: [] })
}

const frame = fc.record(
  {
    seq: fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 1 }) }, { weight: 1, arbitrary: oddValue }),
    ts: fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 0 }) }, { weight: 1, arbitrary: oddValue }),
    interval_ms: fc.integer({ min: 100, max: 3_600_000 }),
    ...Object.fromEntries(
      ENTITY_NAMES.map((entity) => [
        entity,
        isSingle(entity)
          ? rowArbitrary(entity)
          : fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), rowArbitrary(entity), { maxKeys: 2 }),
      ]),
    ),
  },
  { requiredKeys: ['seq', 'ts', 'interval_ms'] },
)

/** The decoder clamps percentages within 0.1 of their bounds, where the schema is strict: those are left out. */
function hasRoundingCase(value: unknown): boolean {
  return JSON.stringify(value, (_, inner) =>
    typeof inner === 'number' && ((inner < 0 && inner > -0.2) || (inner > 100 && inner < 100.2))
      ? 'ROUNDING'
      : inner,
  ).includes('ROUNDING')
}

test('the hand-written decoder and the schema agree on every frame', () => {
  fc.assert(
    fc.property(frame, (raw) => {
      fc.pre(!hasRoundingCase(raw))
      const decoded = decodeFrame(raw)
      expect({ raw, ok: decoded.kind === 'sample' }).toEqual({ raw, ok: frameSchema.safeParse(raw).success })
    }),
    { numRuns: 500 },
  )
}, 120_000)

test('whatever JSON arrives, decoding answers and never throws', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (raw) => {
      expect(['sample', 'fault']).toContain(decodeFrame(raw).kind)
    }),
    { numRuns: 500 },
  )
}, 120_000)
