import { expect, test } from 'bun:test'
import type { ContainerNow } from '@lumen/protocol/http/containers'
import { arrange, figuresOf, rowsOf, type Wish } from './arrange.ts'

const HOSTS = new Map([
  [1, { name: 'nas', state: 'up' as const }],
  [2, { name: 'attic', state: 'down' as const }],
])
const wish: Wish = { search: '', group: null, sort: 'trouble' }
const running = (name: string, more: Partial<ContainerNow> = {}): ContainerNow => ({
  name,
  state: 'running',
  ...more,
})
const rows = (...containers: ContainerNow[]) =>
  rowsOf([{ host: 1, ts: 1, containers }], (id) => HOSTS.get(id))
const names = (ids: readonly string[]) => ids.map((id) => id.split('/')[1])

test('trouble comes first, then what runs by CPU, then what rests', () => {
  const all = rows(
    running('calm', { cpu_pct: 1 }),
    { name: 'old', state: 'exited' },
    running('busy', { cpu_pct: 40 }),
    { name: 'loop', state: 'restarting', cpu_pct: 3 },
    { name: 'frozen', state: 'paused' },
    running('ill', { health: 'unhealthy' }),
    { name: 'gone', state: 'dead' },
  )
  expect(names(arrange(all, wish))).toEqual(['gone', 'ill', 'loop', 'busy', 'calm', 'frozen', 'old'])
})

test('unknown numbers come last, ties by name as people count', () => {
  const all = rows(running('web-10', { cpu_pct: 5 }), running('quiet'), running('web-2', { cpu_pct: 5 }))
  expect(names(arrange(all, { ...wish, sort: 'cpu' }))).toEqual(['web-2', 'web-10', 'quiet'])
})

test('every word is looked for in name, image, project, state and host', () => {
  const all = rows(
    running('db', { image: 'postgres:17', compose_project: 'shop' }),
    running('cache', { image: 'redis:8', compose_project: 'shop' }),
  )
  expect(names(arrange(all, { ...wish, search: 'SHOP nas post' }))).toEqual(['db'])
  expect(arrange(all, { ...wish, search: 'mysql' })).toEqual([])
})

test('containers of a host that is down are unknown; of one that is gone there are none', () => {
  const all = rowsOf(
    [
      { host: 2, ts: 1, containers: [running('web')] },
      { host: 3, ts: 1, containers: [running('lost')] },
    ],
    (id) => HOSTS.get(id),
  )
  expect([...all.values()].map(({ standing }) => standing)).toEqual(['unknown'])
  expect(figuresOf(all)).toEqual({
    counts: { trouble: 0, running: 0, paused: 0, stopped: 0, unknown: 1 },
    hosts: 1,
  })
  expect(names(arrange(all, { ...wish, group: 'running' }))).toEqual([])
})
