import { expect, test } from 'bun:test'
import { ContainerChanges, type ContainerFacts } from './changes.ts'

const of = (id: string, more: Partial<ContainerFacts> = {}): ContainerFacts => ({
  id: id.repeat(64),
  name: id,
  state: 'running',
  health: undefined,
  image: 'app:1',
  imageId: 'sha256:1111111111111111',
  restarts: 0,
  startedAt: '2026-11-01T00:00:00Z',
  ...more,
})

const told = (changes: ContainerChanges, now: ContainerFacts[], at = 0) =>
  changes.compare(now, at).map(({ detail: { container, change, from, to } }) => [container, change, from, to])

test('a container made anew under its name is followed, and its other image is told', () => {
  const changes = new ContainerChanges()
  expect(told(changes, [of('a')])).toEqual([])
  const next = of('b', {
    name: 'a',
    image: 'app:2',
    imageId: 'sha256:2222222222222222',
    startedAt: undefined,
  })
  expect(told(changes, [next])).toEqual([['a', 'image', 'app:1 (111111111111)', 'app:2 (222222222222)']])
})

test('a restart by hand shows in the start, one by the engine in the count', () => {
  const changes = new ContainerChanges()
  told(changes, [of('a'), of('b')])
  const startedAt = '2026-11-02T00:00:00Z'
  expect(told(changes, [of('a', { startedAt }), of('b', { startedAt, restarts: 2 })])).toEqual([
    ['a', 'started_at', '2026-11-01T00:00:00Z', startedAt],
    ['b', 'restarts', 0, 2],
  ])
})

test('what became known later is no change, and a stopped container loses its health silently', () => {
  const changes = new ContainerChanges()
  told(changes, [of('a', { restarts: undefined, startedAt: undefined, health: 'healthy' })])
  expect(told(changes, [of('a', { health: 'healthy' })])).toEqual([])
  expect(told(changes, [of('a', { state: 'exited' })])).toEqual([['a', 'state', 'running', 'exited']])
})

test('a restart loop is told twelve times in ten minutes, then counted; others are not held up', () => {
  const changes = new ContainerChanges()
  told(changes, [of('a'), of('b')])
  let count = 0
  for (let i = 1; i <= 100; i += 1)
    count += told(changes, [of('a', { restarts: i }), of('b')], i * 5_000).length
  expect(count).toBe(12)
  const looping = of('a', { restarts: 100 })
  expect(told(changes, [looping, of('b', { state: 'exited' })], 505_000)).toEqual([
    ['b', 'state', 'running', 'exited'],
  ])
  const later = changes.compare([of('a', { restarts: 101 }), of('b', { state: 'exited' })], 700_000)
  expect(later.map(({ detail }) => [detail.change, detail.count ?? detail.to])).toEqual([
    ['more', 88],
    ['restarts', 101],
  ])
})

test('a hundred containers that go at once are twenty events', () => {
  const changes = new ContainerChanges()
  const many = Array.from({ length: 100 }, (_, i) => of(String(i), { id: `${i}`.padStart(64, '0') }))
  told(changes, many)
  expect(told(changes, [])).toHaveLength(20)
})
