import { describe, expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import {
  fixedView,
  isSameView,
  MIN_SPAN_MS,
  panToShow,
  panView,
  parseView,
  shareOf,
  slideMs,
  type View,
  viewParams,
  windowAt,
  zoomView,
} from './window.ts'

const NOW = 1_790_000_000_000
const hour: View = { kind: 'live', range: '1h' }

describe('view', () => {
  test('the address and the view are the same thing', () => {
    for (const view of [hour, { kind: 'fixed', from: NOW - HOUR, to: NOW } as View]) {
      expect(parseView(viewParams(view))).toEqual(view)
    }
  })

  test('an address that makes no sense shows the default range', () => {
    for (const params of [
      {},
      { range: '9y' },
      { from: 'x', to: 'y' },
      { from: '5', to: '4' },
      { from: '5' },
    ]) {
      expect(parseView(params)).toEqual({ kind: 'live', range: '15m' })
    }
  })

  test('an address cannot ask for more than the hub keeps', () => {
    expect(parseView({ from: String(NOW - 3000 * DAY), to: String(NOW) })).toEqual({
      kind: 'fixed',
      from: NOW - 366 * DAY,
      to: NOW,
    })
  })

  test('a live window ends now and slides, a fixed one stays put', () => {
    expect(windowAt(hour, NOW)).toEqual({ from: NOW - HOUR, to: NOW })
    const fixed: View = { kind: 'fixed', from: 5, to: 9 }
    expect(windowAt(fixed, NOW)).toEqual(windowAt(fixed, NOW + HOUR))
  })
})

describe('zoom', () => {
  test('the instant under the pointer keeps its place', () => {
    const anchor = NOW - 40 * MINUTE
    const view = zoomView({ kind: 'fixed', from: NOW - 2 * HOUR, to: NOW - HOUR / 2 }, 0.5, anchor, NOW)
    const before = shareOf(anchor, { from: NOW - 2 * HOUR, to: NOW - HOUR / 2 })
    expect(shareOf(anchor, windowAt(view, NOW))).toBeCloseTo(before, 5)
  })

  test('a chosen window never reaches past now, is never narrower than half a minute', () => {
    expect(fixedView({ from: NOW - 10, to: NOW + 10 }, NOW)).toEqual({
      kind: 'fixed',
      from: NOW - MIN_SPAN_MS,
      to: NOW,
    })
  })

  test('zooming out stops at a year', () => {
    const view = windowAt(zoomView({ kind: 'live', range: '1y' }, 4, NOW, NOW), NOW)
    expect(view.to - view.from).toBe(366 * DAY)
  })
})

describe('long ranges', () => {
  test('are named in the address like short ones', () => {
    for (const range of ['7d', '30d', '1y'] as const) {
      const view: View = { kind: 'live', range }
      expect(parseView(viewParams(view))).toEqual(view)
    }
  })

  test('an hour of ten months ago can be dragged out of a year', () => {
    const from = NOW - 300 * DAY
    expect(fixedView({ from, to: from + HOUR }, NOW)).toEqual({ kind: 'fixed', from, to: from + HOUR })
  })
})

describe('pan', () => {
  test('back and forth returns to the live range', () => {
    const back = panView(hour, -0.25, NOW)
    expect(windowAt(back, NOW)).toEqual({ from: NOW - 1.25 * HOUR, to: NOW - 0.25 * HOUR })
    expect(isSameView(panView(back, 0.25, NOW), hour)).toBe(true)
  })

  test('forward from a live range stays live', () => {
    expect(panView(hour, 0.5, NOW)).toEqual(hour)
  })

  test('the span survives both ends', () => {
    const past = windowAt(panView({ kind: 'live', range: '30d' }, -50, NOW), NOW)
    expect(past).toEqual({ from: NOW - 367 * DAY, to: NOW - 337 * DAY })
  })
})

test('a live window slides about a third of a pixel at a time, between once a second and once a minute', () => {
  expect(slideMs(15 * MINUTE)).toBe(1_000)
  expect(slideMs(6 * HOUR)).toBe(7_200)
  expect(slideMs(24 * HOUR)).toBe(28_800)
  expect(slideMs(365 * DAY)).toBe(60_000)
})

test('a window moves just as far as an instant lies outside, by its share', () => {
  const window = { from: NOW - HOUR, to: NOW }
  expect(panToShow(NOW - HOUR, window)).toBe(0)
  expect(panToShow(NOW, window)).toBe(0)
  expect(panToShow(NOW - 90 * MINUTE, window)).toBe(-0.5)
  expect(panToShow(NOW + 15 * MINUTE, window)).toBe(0.25)
})
