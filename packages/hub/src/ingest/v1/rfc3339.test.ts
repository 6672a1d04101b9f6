import { expect, test } from 'bun:test'
import { parseRfc3339 } from './rfc3339.ts'

test.each([
  ['2026-03-01T12:00:00Z', '2026-03-01T12:00:00.000Z'],
  ['2026-03-01T12:00:00.1Z', '2026-03-01T12:00:00.100Z'],
  ['2026-03-01T12:00:00.123456789Z', '2026-03-01T12:00:00.123Z'],
  ['2026-03-01t12:00:00.999999999z', '2026-03-01T12:00:00.999Z'],
  ['2026-03-01T12:00:00.5+05:30', '2026-03-01T06:30:00.500Z'],
])('%s is %s', (text, iso) => {
  expect(new Date(parseRfc3339(text)!).toISOString()).toBe(iso)
})

test.each([
  undefined,
  5,
  '',
  '2026-03-01',
  '2026-13-01T12:00:00Z',
  '2026-03-01T12:00:00',
  '2026-03-01T12:00:00.Z',
])('%p is no time', (text) => {
  expect(parseRfc3339(text)).toBeUndefined()
})
