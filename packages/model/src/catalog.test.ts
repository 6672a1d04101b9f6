import { expect, test } from 'bun:test'
import { CATALOG, ENTITY_NAMES } from './catalog.ts'
import { MAX_STORED } from './field.ts'
import { fromFixedPoint, scaleOf, toFixedPoint } from './fixed-point.ts'
import { allMetrics, findMetric, layoutOf } from './metric.ts'

test('every field fits an exact integer at its scale, both ends of its bounds', () => {
  for (const { name, spec } of allMetrics()) {
    for (const bound of spec.bounds)
      expect([name, Number.isSafeInteger(toFixedPoint(bound, spec))]).toEqual([name, true])
    expect(spec.bounds[1] * scaleOf(spec)).toBeLessThanOrEqual(MAX_STORED)
  }
})

test('a percentage never exceeds 100 and nothing but temperature goes below zero', () => {
  for (const { spec, name } of allMetrics()) {
    if (spec.unit === 'percent') expect([name, spec.bounds]).toEqual([name, [0, 100]])
    if (spec.unit !== 'celsius') expect([name, spec.bounds[0]]).toEqual([name, 0])
  }
})

test('rates are named per second and carry a per-second unit', () => {
  for (const { name, spec } of allMetrics()) {
    if (name.endsWith('_per_s')) expect([name, spec.kind]).toEqual([name, 'rate'])
    if (spec.unit === 'bytes_per_second') expect(name.endsWith('_bytes_per_s')).toBe(true)
  }
})

test('field and attribute names of an entity never clash, since they share one object on the wire', () => {
  for (const entity of ENTITY_NAMES) {
    const fields = Object.keys(CATALOG[entity].fields)
    for (const attribute of Object.keys(CATALOG[entity].attributes)) expect(fields).not.toContain(attribute)
  }
})

test('a metric is found by its full name and knows its column', () => {
  expect(findMetric('host.cpu_pct')?.index).toBe(0)
  expect(layoutOf('filesystem').indexOf.get('used_pct')).toBe(2)
  expect(findMetric('host.nope')).toBeUndefined()
})

test('fixed point keeps the decimals of the field and turns missing into null', () => {
  const spec = findMetric('host.cpu_pct')!.spec
  expect(toFixedPoint(12.345, spec)).toBe(1235)
  expect(fromFixedPoint(1235, spec)).toBe(12.35)
  expect(fromFixedPoint(Number.NaN, spec)).toBeNull()
})
