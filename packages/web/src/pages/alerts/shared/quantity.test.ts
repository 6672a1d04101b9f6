import { expect, test } from 'bun:test'
import { limitText, quantityText, scaleFor, scalesOf, unitOfCondition } from './quantity.ts'
import { signedNumberOf } from './signed-number.ts'
import { readSpan, spanDraft } from './time-span.ts'

const plain = (text: string) => text.replaceAll('\u00a0', ' ')

test('a number is typed in the largest size that says it in a few figures', () => {
  expect(scaleFor('bytes', [2 * 1024 ** 3, 512 * 1024 ** 2])).toBe(1024 ** 2)
  expect(scaleFor('bytes', [2 * 1024 ** 4])).toBe(1024 ** 4)
  expect(scaleFor('bytes_per_second', [50e6, 90e6])).toBe(1e6)
  expect(scaleFor('seconds', [7200])).toBe(3600)
  expect(scaleFor('percent', [90.5])).toBe(1)
  expect(scaleFor('bytes', [null, undefined])).toBe(1024 ** 3)
})

test('every unit has a size to type in', () => {
  for (const unit of ['percent', 'load', 'count', 'bytes', 'celsius', 'cores', 'hours'] as const) {
    expect(scalesOf(unit).length).toBeGreaterThan(0)
  }
})

test('numbers of a condition have its own unit, not always the metric’s', () => {
  expect(unitOfCondition({ kind: 'threshold', metric: 'host.mem_used_bytes' })).toBe('bytes')
  expect(unitOfCondition({ kind: 'fills', metric: 'filesystem.used_pct' })).toBe('hours')
  expect(unitOfCondition({ kind: 'changes', metric: 'host.load1' })).toBe('percent')
  expect(unitOfCondition({ kind: 'state' })).toBeNull()
  expect(unitOfCondition({ kind: 'threshold', metric: 'host.gone' })).toBeNull()
})

test('what is measured keeps its digit, what is chosen has none to spare, what is unknown is a dash', () => {
  expect(plain(quantityText('percent', 95))).toBe('95.0 %')
  expect(plain(limitText('percent', 95))).toBe('95 %')
  expect(limitText('percent', null)).toBe('–')
  expect(quantityText(null, 3)).toBe('–')
})

test('hours are told as days from two of them on, whether measured or chosen', () => {
  expect([24, 47, 48, 192, 768, 50.5].map((hours) => plain(limitText('hours', hours)))).toEqual([
    ...['24 h', '47 h', '2 d', '8 d', '32 d', '2 d 2 h'],
  ])
  expect([30, 200, null].map((hours) => plain(quantityText('hours', hours)))).toEqual([
    '30 h',
    '8 d 8 h',
    '–',
  ])
})

test('numbers below zero are read with either sign people type', () => {
  expect([signedNumberOf('-5'), signedNumberOf('−2,5'), signedNumberOf(' 7 '), signedNumberOf('-')]).toEqual([
    -5,
    -2.5,
    7,
    undefined,
  ])
})

test('a span reads back as it was, in the largest unit that says it whole', () => {
  for (const ms of [0, 1_000, 90_000, 300_000, 7_200_000, 172_800_000])
    expect(readSpan(spanDraft(ms))).toBe(ms)
  expect(spanDraft(90_000)).toEqual({ text: '90', unit: 's' })
  expect(spanDraft(7_200_000)).toEqual({ text: '2', unit: 'h' })
  expect(readSpan({ text: 'soon', unit: 'h' })).toBeUndefined()
})
