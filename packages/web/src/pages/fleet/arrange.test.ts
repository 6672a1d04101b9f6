import { expect, test } from 'bun:test'
import { hostSummary } from '../../live/host-summary.fixture.ts'
import { arrange, figuresOf, type Wish } from './arrange.ts'

const hosts = [
  hostSummary(1, { name: 'web-10', cpu: 80 }),
  hostSummary(2, { name: 'web-9', cpu: 5, disk: 95 }),
  hostSummary(3, { name: 'down', state: 'down', cpu: 99 }),
  hostSummary(4, { name: 'new', state: 'waiting' }),
  hostSummary(5, { name: 'late', state: 'stale', cpu: 20 }),
]
const names = (wish: Partial<Wish>) =>
  arrange(hosts, { search: '', state: null, tag: '', sort: 'trouble', ...wish }).map((host) => host.name)

test('trouble comes first: down, stale, full, waiting, then the rest', () => {
  expect(names({})).toEqual(['down', 'late', 'web-9', 'new', 'web-10'])
})

test('names sort as people count', () => {
  expect(names({ sort: 'name' })).toEqual(['down', 'late', 'new', 'web-9', 'web-10'])
})

test('a sort by number puts the highest first and the unknown last', () => {
  expect(names({ sort: 'cpu' })).toEqual(['down', 'web-10', 'late', 'web-9', 'new'])
})

test('every word of a search has to match, and the state filter applies as well', () => {
  expect(names({ search: 'WEB 10' })).toEqual(['web-10'])
  expect(names({ search: 'web', state: 'down' })).toEqual([])
  expect(names({ state: 'waiting' })).toEqual(['new'])
})

test('a host that is not up is counted but never the hottest', () => {
  const figures = figuresOf(hosts)
  expect(figures.counts).toEqual({ up: 2, stale: 1, down: 1, waiting: 1 })
  expect(figures.hottest.cpu?.name).toBe('web-10')
  expect(figures.hottest.disk?.name).toBe('web-9')
  expect(figuresOf([]).hottest.cpu).toBeNull()
})

test('a tag narrows the fleet and is found by a search, and an alert puts a host among the trouble', () => {
  const tagged = { ...hostSummary(6, { name: 'aaa', cpu: 1 }), tags: ['web'] }
  const firing = { ...hostSummary(7, { name: 'zzz', cpu: 1 }), firing: { warning: 1, critical: 0 } }
  const wish: Wish = { search: '', state: null, tag: '', sort: 'trouble' }
  expect(arrange([tagged, firing], wish).map(({ name }) => name)).toEqual(['zzz', 'aaa'])
  expect(arrange([tagged, firing], { ...wish, tag: 'web' }).map(({ name }) => name)).toEqual(['aaa'])
  expect(arrange([tagged, firing], { ...wish, search: 'WEB' }).map(({ name }) => name)).toEqual(['aaa'])
})
