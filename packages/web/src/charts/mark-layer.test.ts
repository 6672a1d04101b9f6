import { expect, test } from 'bun:test'
import { markSpots, spotAt } from './mark-layer.ts'

const window = { from: 1_000, to: 2_000 }
const mark = (at: number, isTrouble = false) => ({ at, text: `at ${at}`, isTrouble })

test('marks that would touch are one spot, which is trouble when one of them is', () => {
  const spots = markSpots([mark(1_100), mark(1_105, true), mark(1_500)], window, 1_000)
  expect(spots.map(({ x, isTrouble, marks }) => [x, isTrouble, marks.length])).toEqual([
    [100, true, 2],
    [500, false, 1],
  ])
})

test('marks outside the window are left out', () => {
  expect(markSpots([mark(999), mark(2_001)], window, 1_000)).toEqual([])
})

test('the cursor meets the nearest spot, and none further away', () => {
  const marks = [mark(1_100), mark(1_112)]
  expect(spotAt(marks, window, 1_000, 1_107)?.marks[0]?.at).toBe(1_112)
  expect(spotAt(marks, window, 1_000, 1_140)).toBeUndefined()
})
