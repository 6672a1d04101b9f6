import { expect, test } from 'bun:test'
import type { EntityRow } from '@lumen/model/sample'
import { History } from './history.ts'

const row = (key: string, value: number, high?: number): EntityRow => ({
  ...{ entity: 'storage', key, values: Float64Array.of(value, -value), attributes: { type: key } },
  ...(high !== undefined && { maxima: Float64Array.of(high, high + 1) }),
})

/** Numbers as they are: two NaN of different bits are not equal in arrays of a type. */
const plain = ({ values, maxima, ...row }: EntityRow) => ({
  ...row,
  values: [...values],
  maxima: maxima && [...maxima],
})

test('rows of several things come back as they were, together by time, oldest first', () => {
  const history = new History()
  history.add([
    { at: 60, stepMs: 60, rows: [row('a', 1, 3), row('b', 2)] },
    { at: 120, stepMs: 90, rows: [row('a', 4, 5)] },
  ])
  history.add([
    { at: 0, stepMs: 60, rows: [row('c', 6)] },
    { at: 120, stepMs: 60, rows: [row('c', 7)] },
    { at: 240, stepMs: 60, rows: [] },
  ])
  const moments = [...history.moments()].map((moment) => ({ ...moment, rows: moment.rows.map(plain) }))
  expect(moments).toEqual([
    { at: 0, stepMs: 60, rows: [plain(row('c', 6))] },
    { at: 60, stepMs: 60, rows: [plain(row('a', 1, 3)), plain(row('b', 2))] },
    { at: 120, stepMs: 90, rows: [plain(row('a', 4, 5)), plain(row('c', 7))] },
  ])
  expect(history.stretches().map(({ at }) => at)).toEqual([0, 60, 120])
})

test('a row without highs beside others with some has none', () => {
  const history = new History()
  history.add([
    { at: 0, stepMs: 60, rows: [row('a', 1)] },
    { at: 60, stepMs: 60, rows: [row('a', 2, 3)] },
  ])
  const [first, second] = [...history.moments()]
  expect(first!.rows[0]!.maxima!.every(Number.isNaN)).toBe(true)
  expect(second!.rows[0]!.maxima![0]).toBe(3)
})

test('nothing is no moment', () => {
  const history = new History()
  history.add([])
  expect([...history.moments()]).toEqual([])
})
