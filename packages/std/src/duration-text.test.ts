import { expect, test } from 'bun:test'
import { durationText } from './duration-text.ts'

test.each([
  [-5, '0 s'],
  [999, '0 s'],
  [42_900, '42 s'],
  [119_999, '119 s'],
  [120_000, '2 min'],
  [7_199_999, '119 min'],
  [7_200_000, '2 h'],
  [172_800_000, '2 d'],
])('%i ms reads as %s', (ms, text) => {
  expect(durationText(ms)).toBe(text)
})
