import { expect, test } from 'bun:test'
import { DAY, HOUR } from '@lumen/model/time'
import type { Act } from './decide.ts'
import { joinHours } from './join-hours.ts'

const hour = (entity: Act['entity'], from: number): Act => ({
  ...{ tier: 'hot', stage: 'devices', entity, bytes: 10 },
  range: { from: from * HOUR, to: (from + 1) * HOUR },
})
const told = (acts: Act[]) =>
  acts.map(({ entity, range, bytes }) => [entity, range.from / HOUR, range.to / HOUR, bytes])

test('hours of one entity and day that follow on one another are one act, in the place of the first', () => {
  const acts = [hour('disk', 0), hour('nic', 0), hour('disk', 1), hour('nic', 1), hour('disk', 2)]
  expect(told(joinHours(acts))).toEqual([
    ['disk', 0, 3, 30],
    ['nic', 0, 2, 20],
  ])
})

test('days, holes and files part them', () => {
  const file: Act = {
    ...{ tier: 'cold', name: 'f', stage: 'devices', entity: 'disk', bytes: 5 },
    range: { from: 0, to: DAY },
  }
  const acts = [file, hour('disk', 22), hour('disk', 23), hour('disk', 24), hour('disk', 26)]
  expect(told(joinHours(acts))).toEqual([
    ['disk', 0, 24, 5],
    ['disk', 22, 24, 20],
    ['disk', 24, 25, 10],
    ['disk', 26, 27, 10],
  ])
})
