import { expect, test } from 'bun:test'
import { rowsInView } from './rows-in-view.ts'

const list = { count: 6_000, rowHeight: 50, viewHeight: 800, around: 4 }

test('at the top the first screen and some rows below it are there', () => {
  expect(rowsInView({ ...list, top: 200 })).toEqual({ from: 0, to: 16 })
})

test('scrolled into the middle there are rows on both sides of the screen', () => {
  expect(rowsInView({ ...list, top: -10_000 })).toEqual({ from: 196, to: 220 })
})

test('the end is not passed, and a list scrolled out of sight has none', () => {
  expect(rowsInView({ ...list, top: -299_800 })).toEqual({ from: 5_992, to: 6_000 })
  expect(rowsInView({ ...list, top: -400_000 })).toEqual({ from: 6_000, to: 6_000 })
  expect(rowsInView({ ...list, count: 0, top: 0 })).toEqual({ from: 0, to: 0 })
})
