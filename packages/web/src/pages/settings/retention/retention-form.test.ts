import { describe, expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import { draftOf, isSameRetention, KINDS, type RetentionDraft, readDraft } from './retention-form.ts'

const retention = {
  ram_ms: 15 * MINUTE,
  hot_ms: 24 * HOUR,
  cold_ms: 30 * DAY,
  cold_ms_by_entity: { container: 14 * DAY },
}
const draft = (change: Partial<RetentionDraft> = {}) => ({ ...draftOf(retention), ...change })

describe('a retention', () => {
  test('and its form are the same thing', () => {
    expect(draft()).toEqual({ ram: '15', hot: '24', cold: '30', kinds: { container: '14' } })
    expect(readDraft(draft())).toEqual({ faults: {}, kindFaults: {}, retention })
  })

  test('may be set between the whole units, also with a comma', () => {
    expect(readDraft(draft({ ram: '7,5' })).retention?.ram_ms).toBe(7.5 * MINUTE)
    expect(readDraft(draftOf({ ...retention, hot_ms: 100_000_000 })).retention?.hot_ms).toBe(100_000_800)
  })

  test('outside its limits is refused where it stands', () => {
    const read = readDraft(
      draft({ ram: '4', hot: '169', cold: '', kinds: { container: '366', nic: 'long' } }),
    )
    expect(read).toEqual({
      faults: { ram: 'range', hot: 'range', cold: 'number' },
      kindFaults: { container: 'range', nic: 'number' },
    })
  })
})

describe('a kind', () => {
  test('left empty is kept as long as all', () => {
    expect(readDraft(draft({ kinds: { container: ' ' } })).retention?.cold_ms_by_entity).toEqual({})
  })

  test('that says the same as all is no exception', () => {
    expect(readDraft(draft({ kinds: { container: '30' } })).retention?.cold_ms_by_entity).toEqual({})
  })

  test('is named for what the cold tier keeps and nothing else', () => {
    expect(KINDS).toContain('container')
    expect(KINDS).toContain('host')
    expect(KINDS).not.toContain('process')
  })
})

test('only what is really kept differently counts as a change', () => {
  expect(isSameRetention(retention, { ...retention })).toBe(true)
  expect(isSameRetention(retention, { ...retention, cold_ms_by_entity: {} })).toBe(false)
  expect(
    isSameRetention(retention, { ...retention, cold_ms_by_entity: { container: 14 * DAY, nic: 30 * DAY } }),
  ).toBe(true)
})
