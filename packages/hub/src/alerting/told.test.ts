import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { HOUR, MINUTE } from '@lumen/model/time'
import type { AlertLevel } from '@lumen/protocol/http/alerts/rule'
import { BACK, GONE } from './alert-life.ts'
import { tableOf } from './testing/spec-table.ts'
import { afterNotice, noticeOf, type Told, UNTOLD } from './told.ts'

const SPEC = readFileSync(new URL('./SPEC.md', import.meta.url), 'utf8')
const PLAIN = { repeat_ms: null, escalate: null }
const AT = 1_000_000_000

function levelNamed(name: string): AlertLevel | null {
  return name === 'warning' || name === 'critical' ? name : null
}

const told = (level: AlertLevel | null, at = AT): Told =>
  level === null ? UNTOLD : afterNotice(UNTOLD, 'fired', level, at)

for (const row of tableOf(SPEC, 'Who is told what')) {
  const [known, is, notice, quiet] = row as [string, string, string, string]
  test(`who knows of ${known} when it is ${is} is told: ${notice}`, () => {
    const now = { level: levelNamed(is), isAcknowledged: false }
    const before = told(levelNamed(known))
    expect(noticeOf(before, { ...now, isQuiet: false }, PLAIN, AT) ?? 'none').toBe(notice)
    expect(noticeOf(before, { ...now, isQuiet: true }, PLAIN, AT) ?? 'none').toBe(quiet)
  })
}

test('the reasons of the table are those that are told', () => {
  const reasons = tableOf(SPEC, 'Ends that are no good reading').map(([, reason]) => reason)
  expect(reasons.toSorted()).toEqual([BACK, ...Object.values(GONE)].toSorted())
})

const lasting = { level: 'warning', isQuiet: false, isAcknowledged: false } as const

test('a reminder comes each interval until somebody is on it', () => {
  const rule = { repeat_ms: HOUR, escalate: null }
  const first = told('warning')
  expect(noticeOf(first, lasting, rule, AT + HOUR - 1)).toBeNull()
  expect(noticeOf(first, lasting, rule, AT + HOUR)).toBe('repeated')
  const second = afterNotice(first, 'repeated', 'warning', AT + HOUR)
  expect(noticeOf(second, lasting, rule, AT + HOUR + MINUTE)).toBeNull()
  expect(noticeOf(second, lasting, rule, AT + 2 * HOUR)).toBe('repeated')
  expect(noticeOf(second, { ...lasting, isAcknowledged: true }, rule, AT + 9 * HOUR)).toBeNull()
})

test('it goes to others once, counted from when the first were told, unless somebody is on it', () => {
  const rule = { repeat_ms: null, escalate: { after_ms: HOUR, channels: [2] } }
  const first = told('warning')
  expect(noticeOf(first, lasting, rule, AT + HOUR - 1)).toBeNull()
  expect(noticeOf(first, { ...lasting, isAcknowledged: true }, rule, AT + HOUR)).toBeNull()
  expect(noticeOf(first, lasting, rule, AT + HOUR)).toBe('escalated')
  const gone = afterNotice(first, 'escalated', 'warning', AT + HOUR)
  expect(noticeOf(gone, lasting, rule, AT + 9 * HOUR)).toBeNull()
})

test('an acknowledgement keeps nobody from hearing that it got graver or is over', () => {
  const known = told('warning')
  const acknowledged = { isQuiet: false, isAcknowledged: true }
  expect(noticeOf(known, { ...acknowledged, level: 'critical' }, PLAIN, AT)).toBe('raised')
  expect(noticeOf(known, { ...acknowledged, level: null }, PLAIN, AT)).toBe('resolved')
})
