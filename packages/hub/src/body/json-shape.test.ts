import { expect, test } from 'bun:test'
import { jsonShape } from './json-shape.ts'

const shape = (json: string, limits: { depth?: number; members?: number; parts?: number }) =>
  jsonShape(new TextEncoder().encode(json), { depth: 100, members: 100, parts: 100, ...limits })

test.each([
  ['1', 0],
  ['{}', 1],
  ['[[],[{}]]', 3],
  ['"[[[["', 0],
  ['["\\"[[", "\\\\", [1]]', 2],
  ['"unended [', 0],
  [']]]][', 0],
])('%s nests %i deep', (json, depth) => {
  expect(shape(json, { depth })).toBe('fits')
  if (depth > 0) expect(shape(json, { depth: depth - 1 })).toBe('too-deep')
})

test.each([
  ['[1]', 1],
  ['[1,2,3]', 3],
  ['{"a":1,"b":[1,2],"c":3}', 3],
  ['[[1,2],[3,4],[5,6]]', 3],
  ['["a,b,c,d","e"]', 2],
])('%s has %i members in its widest part', (json, members) => {
  expect(shape(json, { members })).toBe('fits')
  if (members > 1) expect(shape(json, { members: members - 1 })).toBe('too-wide')
})

test.each([
  ['[[],{"a":{}},"[{"]', 4],
  ['{}{}{}', 3],
  ['1', 0],
])('%s has %i parts', (json, parts) => {
  expect(shape(json, { parts })).toBe('fits')
  if (parts > 0) expect(shape(json, { parts: parts - 1 })).toBe('too-many')
})

test('commas outside everything count for nothing', () => {
  expect(shape(',,,,]],,', { members: 1 })).toBe('fits')
})

test('counting ends just past the limit, however deep or wide the rest is', () => {
  expect(shape('['.repeat(8_000_000), { depth: 16 })).toBe('too-deep')
  expect(shape(`[${'1,'.repeat(4_000_000)}1]`, { members: 20_000 })).toBe('too-wide')
})
