import { expect, test } from 'bun:test'
import { titleText } from './title.ts'

test('the title counts what fires, and says nothing while nothing does', () => {
  expect(titleText('Fleet', 2)).toBe('(2) Fleet · Lumen')
  expect(titleText('Fleet', 0)).toBe('Fleet · Lumen')
  expect(titleText(undefined, 1)).toBe('(1) Lumen')
})
