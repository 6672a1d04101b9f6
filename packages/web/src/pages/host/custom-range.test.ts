import { describe, expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import { localText, parseLocal, readCustomRange } from './custom-range.ts'

const now = new Date(2026, 10, 24, 15, 4, 30).getTime()
const minute = new Date(2026, 10, 24, 15, 4).getTime()
const read = (from: number, to: number) => readCustomRange(localText(from), localText(to), now)

test('a field and its instant are the same thing, in local time', () => {
  expect(localText(minute)).toBe('2026-11-24T15:04')
  expect(parseLocal(localText(minute))).toBe(minute)
  expect(parseLocal('2026-11-24T15:04:05')).toBe(minute + 5_000)
})

describe('a custom range', () => {
  test('is the two instants', () => {
    expect(read(minute - DAY, minute - HOUR)).toEqual({ range: { from: minute - DAY, to: minute - HOUR } })
  })

  test('may end in the minute under way, and then ends now', () => {
    expect(read(minute - HOUR, minute + MINUTE)).toEqual({ range: { from: minute - HOUR, to: now } })
  })

  test('says which end is wrong and why', () => {
    const faultOf = (from: string, to: string) => readCustomRange(from, to, now).fault
    const at = localText(minute)
    expect(faultOf('', at)).toEqual({ field: 'from', what: 'from' })
    expect(faultOf(at, 'yesterday')).toEqual({ field: 'to', what: 'to' })
    expect(faultOf(localText(minute - 400 * DAY), at)).toEqual({ field: 'from', what: 'early' })
    expect(read(minute - HOUR, minute - HOUR).fault).toEqual({ field: 'to', what: 'order' })
    expect(read(minute - HOUR, minute - DAY).fault).toEqual({ field: 'to', what: 'order' })
    expect(read(minute - HOUR, minute + HOUR).fault).toEqual({ field: 'to', what: 'future' })
    expect(read(minute + HOUR, minute + DAY).fault).toEqual({ field: 'from', what: 'future' })
    expect(read(minute - 366.5 * DAY, minute).fault).toEqual({ field: 'from', what: 'long' })
  })
})
