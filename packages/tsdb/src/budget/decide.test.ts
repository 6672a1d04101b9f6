import { expect, test } from 'bun:test'
import { DAY, HOUR } from '@lumen/model/time'
import { type Act, type ColdHolding, type DecideInput, decide, type HotHolding } from './decide.ts'

const NOW = 20_000 * DAY + 12 * HOUR
const TODAY = 20_000 * DAY

const file = (entity: ColdHolding['entity'], ago: number, bytes = 100): ColdHolding => ({
  ...{ entity, bytes },
  name: `${entity} ${ago}`,
  range: { from: TODAY - ago * DAY, to: TODAY - (ago - 1) * DAY },
})
const rows = (entity: HotHolding['entity'], bytes = 1_200): HotHolding => ({
  ...{ entity, bytes },
  range: { from: TODAY, to: TODAY + 12 * HOUR },
})
const input = (over: Partial<DecideInput>): DecideInput => ({
  now: NOW,
  room: { growBytes: 0, hotFreeBytes: 0, hotShareBytes: Number.POSITIVE_INFINITY },
  needs: { growBytes: 0, hotBytes: 0 },
  hot: ['container', 'disk', 'host', 'guest'].map((entity) => rows(entity as HotHolding['entity'])),
  cold: [3, 2].flatMap((ago) =>
    (['host', 'container', 'nic', 'disk'] as const).map((entity) => file(entity, ago)),
  ),
  ...over,
})
const told = (acts: Act[]) =>
  acts.map((act) =>
    act.tier === 'cold' ? act.name : `${act.entity} hour ${(act.range.from - TODAY) / HOUR}`,
  )

test('nothing is given up while there is room', () => {
  expect(decide(input({ needs: { growBytes: 0, hotBytes: 0 } }))).toEqual([])
})

test('containers go first, then what is below a host, then the oldest days of everything', () => {
  const all = decide(input({ needs: { growBytes: 0, hotBytes: Number.POSITIVE_INFINITY } }))
  const eleven = (entity: string) => Array.from({ length: 11 }, (_, hour) => `${entity} hour ${hour}`)
  expect(told(all)).toEqual([
    ...['container 3', 'container 2', ...eleven('container')],
    ...['nic 3', 'disk 3', 'nic 2', 'disk 2', ...eleven('disk')],
    ...['host 3', 'host 2'],
    ...Array.from({ length: 11 }, (_, hour) => [`host hour ${hour}`, `guest hour ${hour}`]).flat(),
  ])
  expect(all.at(-1)!.stage).toBe('oldest-days')
})

test('no more is given up than is needed', () => {
  expect(told(decide(input({ needs: { growBytes: 0, hotBytes: 350 } })))).toEqual([
    ...['container 3', 'container 2', 'container hour 0', 'container hour 1'],
  ])
})

test('rows are not given up where only the folder has to shrink', () => {
  const room = { growBytes: -250, hotFreeBytes: 1e9, hotShareBytes: 1e9 }
  expect(told(decide(input({ room })))).toEqual(['container 3', 'container 2', 'nic 3'])
})

test('files are not given up where the database has its whole share of the cap', () => {
  const room = { growBytes: 1_000, hotFreeBytes: 0, hotShareBytes: 0 }
  expect(told(decide(input({ room, needs: { growBytes: 0, hotBytes: 150 } })))).toEqual([
    ...['container hour 0', 'container hour 1'],
  ])
})

test('the newest hour stays whatever the cap', () => {
  const acts = decide(input({ cold: [], needs: { growBytes: 0, hotBytes: Number.POSITIVE_INFINITY } }))
  expect(Math.max(...acts.map(({ range }) => range.to))).toBe(NOW - HOUR)
})
