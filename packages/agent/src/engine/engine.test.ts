import { expect, test } from 'bun:test'
import { engineAnswer } from '../fixture.ts'
import { parseDockerSetting } from './address.ts'
import { pathOf } from './call.ts'
import { parseInspect } from './parse-inspect.ts'
import { parseList, tidy } from './parse-list.ts'
import { parseStats } from './parse-stats.ts'

test('the list of Docker 20.10: names, states, health in words, compose project', () => {
  const list = parseList(engineAnswer('docker-20.10-list'))!
  expect(list.map(({ name, state, health }) => ({ name, state, health }))).toEqual([
    { name: 'new', state: 'created', health: undefined },
    { name: 'sick', state: 'running', health: 'unhealthy' },
    { name: 'web', state: 'running', health: undefined },
  ])
  expect(list[2]).toMatchObject({ image: 'tiny:1', composeProject: 'shop', isOnHostNetwork: false })
  expect(list[2]!.imageId).toStartWith('sha256:')
})

test('the list of Podman 4.3 reads alike', () => {
  expect(parseList(engineAnswer('podman-4.3-list'))).toMatchObject([
    { name: 'p1', state: 'running', health: undefined, image: 'localhost/tiny:1' },
  ])
})

const ID = 'a'.repeat(64)

test.each([
  [['/web'], 'web'],
  [['/other/alias', '/web'], 'web'],
  [['/new\nline'], 'new line'],
  [['/🐳 whale'], '🐳 whale'],
  [['/'], 'aaaaaaaaaaaa'],
  [[], 'aaaaaaaaaaaa'],
  [null, 'aaaaaaaaaaaa'],
  [[5, '/x'], 'x'],
])('names %j are shown as %j', (names, name) => {
  expect(parseList([{ Id: ID, Names: names }])?.[0]?.name).toBe(name)
})

test('a long name is never cut inside a character', () => {
  expect(tidy('🐳🐳🐳', 3)).toBe('🐳')
})

test.each([null, {}, 'x', 5])('%j is no list', (value) => {
  expect(parseList(value)).toBeUndefined()
})

test('entries that are none, or whose id is no id, are left out', () => {
  expect(parseList([null, 5, {}, { Id: '../../etc' }, { Id: ID }])).toHaveLength(1)
})

test('newer engines tell health in a member of its own', () => {
  const [entry] = parseList([{ Id: ID, State: 'running', Status: 'Up', Health: { Status: 'starting' } }])!
  expect(entry!.health).toBe('starting')
})

test('inspect gives restarts, start, process and the limit; none is undefined', () => {
  const docker = parseInspect(engineAnswer('docker-20.10-inspect'))!
  expect(docker).toMatchObject({ restarts: 0, memoryLimitBytes: 67_108_864, health: undefined })
  expect(docker.pid).toBeGreaterThan(1)
  expect(docker.startedAt).toStartWith('2026-11-2')
  const podman = parseInspect(engineAnswer('podman-4.3-inspect'))!
  expect(podman).toMatchObject({ restarts: 0, memoryLimitBytes: 67_108_864, health: undefined })
  const created = { State: { Pid: 0, StartedAt: '0001-01-01T00:00:00Z' }, HostConfig: { Memory: 0 } }
  expect(parseInspect(created)).toEqual({
    restarts: undefined,
    startedAt: undefined,
    pid: undefined,
    memoryLimitBytes: undefined,
    health: undefined,
  })
  expect(parseInspect({ State: {}, HostConfig: { Memory: 2 ** 64 - 1 } })?.memoryLimitBytes).toBeUndefined()
  expect(parseInspect([])).toBeUndefined()
})

test('one-shot stats of both engines', () => {
  expect(parseStats(engineAnswer('docker-20.10-stats'))).toMatchObject({ pids: 1, onlineCpus: 2 })
  const podman = parseStats(engineAnswer('podman-4.3-stats'))!
  expect(podman).toMatchObject({ pids: 1, onlineCpus: 2, rxBytes: 0, txBytes: 0 })
  expect(podman.readBytes).toBeUndefined()
  expect(podman.memoryUsedBytes).toBeGreaterThan(0)
})

test('stats without a time, or without any part, survive', () => {
  expect(parseStats({})).toBeUndefined()
  expect(parseStats({ read: '2026-01-01T00:00:00Z' })).toEqual({
    at: Date.parse('2026-01-01T00:00:00Z'),
    cpuUs: undefined,
    onlineCpus: undefined,
    periods: undefined,
    throttledPeriods: undefined,
    memoryUsedBytes: undefined,
    readBytes: undefined,
    writtenBytes: undefined,
    pids: undefined,
    rxBytes: undefined,
    txBytes: undefined,
  })
})

test('memory is without the cache that goes first, as each cgroup version names it', () => {
  const read = '2026-01-01T00:00:00Z'
  const of = (stats: object) => parseStats({ read, memory_stats: { usage: 100, stats } })?.memoryUsedBytes
  expect(of({ total_inactive_file: 30 })).toBe(70)
  expect(of({ inactive_file: 40 })).toBe(60)
  expect(of({ inactive_file: 400 })).toBe(0)
})

test('only four paths can be asked, and only for ids', () => {
  expect(pathOf({ kind: 'list' })).toBe('/containers/json?all=1')
  expect(pathOf({ kind: 'inspect', id: ID })).toBe(`/containers/${ID}/json`)
  expect(pathOf({ kind: 'stats', id: ID })).toBe(`/containers/${ID}/stats?stream=false&one-shot=true`)
  expect(pathOf({ kind: 'events' })).toStartWith('/events?filters=%7B%22type%22%3A%5B%22container%22%5D')
  for (const id of ['web', '../images', `${ID}/exec`, '']) {
    expect(() => pathOf({ kind: 'inspect', id })).toThrow(RangeError)
  }
})

test.each([
  ['auto', 'auto'],
  ['off', 'off'],
  ['/var/run/docker.sock', { kind: 'unix', path: '/var/run/docker.sock' }],
  ['unix:///run/podman/podman.sock', { kind: 'unix', path: '/run/podman/podman.sock' }],
  ['tcp://proxy:2375', { kind: 'tcp', url: 'http://proxy:2375' }],
  ['http://proxy:2375/', { kind: 'tcp', url: 'http://proxy:2375' }],
])('--docker %s', (text, setting) => {
  expect(parseDockerSetting(text) as unknown).toEqual(setting)
})

test.each(['', 'docker.sock', 'on', 'tcp://', 'tcp://u:p@h:1', 'tcp://h:1/v1', 'ssh://h'])(
  '--docker %j is refused',
  (text) => {
    expect(() => parseDockerSetting(text)).toThrow()
  },
)
