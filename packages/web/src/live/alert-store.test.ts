import { expect, test } from 'bun:test'
import type { Alert } from '@lumen/protocol/http/alerts/alert'
import { AlertStore, isLoud } from './alert-store.ts'

const alert = (id: number, part: Partial<Alert> = {}): Alert => ({
  ...{ id, rule_id: 1, rule: 'Busy', host_id: 1, host: 'nas', entity: 'host', key: '' },
  ...{ state: 'firing', level: 'warning', metric: null, value: null, peak: null, threshold: null },
  ...{ summary: '', pending_at: 0, fired_at: id, resolved_at: null, resolve_reason: null },
  ...{ ack: null, quiet: null, took_down: [], changes: [] },
  ...part,
})
const snapshot = (...alerts: Alert[]) => ({ type: 'snapshot', topic: 'alerts', time: 0, alerts }) as const
const update = (alerts: Alert[], removed: number[] = []) =>
  ({ type: 'update', topic: 'alerts', time: 0, alerts, removed }) as const
const idsOf = (store: AlertStore) => store.all()?.map(({ id }) => id)

test('nothing is known before the first snapshot', () => {
  expect(new AlertStore().all()).toBeUndefined()
})

test('the gravest stands first, then the newest, and what is pending after all that fires', () => {
  const store = new AlertStore()
  store.apply(
    snapshot(
      alert(1),
      alert(2, { level: 'critical' }),
      alert(3),
      alert(4, { state: 'pending', fired_at: null, level: 'critical', pending_at: 99 }),
    ),
  )
  expect(idsOf(store)).toEqual([2, 3, 1, 4])
})

test('an update changes and adds whole alerts and takes away what is over', () => {
  const store = new AlertStore()
  store.apply(snapshot(alert(1), alert(2), alert(3)))
  store.apply(update([alert(1, { summary: 'worse' }), alert(5), alert(3, { state: 'resolved' })], [2]))
  expect(idsOf(store)).toEqual([5, 1])
  expect(store.all()?.[1]?.summary).toBe('worse')
})

test('a snapshot is all there is', () => {
  const store = new AlertStore()
  store.apply(snapshot(alert(1)))
  store.apply(snapshot(alert(2)))
  expect(idsOf(store)).toEqual([2])
  store.clear()
  expect(store.all()).toBeUndefined()
})

test('what is kept quiet or has not fired yet is not counted', () => {
  expect(isLoud(alert(1))).toBe(true)
  expect(isLoud(alert(1, { state: 'pending' }))).toBe(false)
  expect(isLoud(alert(1, { quiet: { kind: 'silence', id: 1, until: null, text: '' } }))).toBe(false)
})
