import { expect, test } from 'bun:test'
import { Ledger, type LedgerEntry } from './ledger.ts'

const MINUTE_0 = Date.UTC(2026, 0, 1, 12, 0)

function recorded(): Ledger {
  const ledger = new Ledger()
  const frame = (seq: number, ts: number, cpu: number) => ({
    seq,
    ts,
    interval_ms: 1_000,
    host: { cpu_pct: cpu },
    core: { 0: { cpu_pct: cpu } },
  })
  ledger.record('a', frame(1, MINUTE_0 + 58_000, 10.25))
  ledger.record('a', frame(2, MINUTE_0 + 59_999, 20))
  ledger.record('a', frame(3, MINUTE_0 + 60_000, 5))
  return ledger
}

const entry = (minute: number, count: number, sum: number, max: number): LedgerEntry => ({
  host: 'a',
  entity: 'host',
  key: '',
  field: 'cpu_pct',
  minute,
  count,
  sum,
  max,
})
const first = entry(MINUTE_0, 2, 3_025, 2_000)
const second = entry(MINUTE_0 + 60_000, 1, 500, 500)

test('counts persisted fields per minute in fixed point and leaves live-only ones out', () => {
  expect([...recorded().entries()]).toEqual([first, second])
  expect(recorded().times('a')).toEqual([58_000, 59_999, 60_000].map((ms) => MINUTE_0 + ms))
})

test('agrees with a store that holds the same, whole or in pieces', () => {
  expect(recorded().differences([first, second])).toEqual([])
  const pieces = [entry(MINUTE_0, 1, 2_000, 2_000), entry(MINUTE_0, 1, 1_025, 1_025), second]
  expect(recorded().differences(pieces)).toEqual([])
})

test('names a value lost, counted twice, changed or made up', () => {
  const faults = (stored: LedgerEntry[]) => recorded().differences(stored)
  expect(faults([first])).toEqual(['a 2026-01-01T12:01 host.cpu_pct: missing, 1 values were read'])
  expect(faults([first, second, second])[0]).toContain(
    'stored count 2 sum 1000 max 500, read count 1 sum 500',
  )
  expect(faults([first, { ...second, max: 501 }])[0]).toContain('max 501, read')
  expect(faults([first, second, { ...second, key: 'x' }])[0]).toContain('nothing was read')
})
