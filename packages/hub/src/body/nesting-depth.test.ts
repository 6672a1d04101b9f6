import { expect, test } from 'bun:test'
import { nestingDepth } from './nesting-depth.ts'

const depth = (json: string, limit = 100) => nestingDepth(new TextEncoder().encode(json), limit)

test.each([
  ['1', 0],
  ['{}', 1],
  ['[[],[{}]]', 3],
  ['"[[[["', 0],
  ['["\\"[[", "\\\\", [1]]', 2],
  ['"unended [', 0],
  [']]]][', 0],
])('%s nests %i deep', (json, expected) => {
  expect(depth(json)).toBe(expected)
})

test('counting ends just past the limit, however deep the rest is', () => {
  expect(depth('['.repeat(8_000_000), 16)).toBe(17)
})
