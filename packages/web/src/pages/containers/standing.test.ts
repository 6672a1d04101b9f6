import { expect, test } from 'bun:test'
import { memoryShare, runningSince, shortImage, standingOf } from './standing.ts'

test.each([
  [{ state: 'running' }, 'running'],
  [{ state: 'running', health: 'healthy' }, 'running'],
  [{ state: 'running', health: 'starting' }, 'starting'],
  [{ state: 'running', health: 'unhealthy' }, 'unhealthy'],
  [{ state: 'restarting' }, 'restarting'],
  [{ state: 'dead' }, 'dead'],
  [{ state: 'exited' }, 'stopped'],
  [{ state: 'created' }, 'stopped'],
  [{ cpu_pct: 0 }, 'running'],
  [{}, 'unknown'],
] as const)('%j is %s', (container, standing) => {
  expect(standingOf(container, true)).toBe(standing)
  expect(standingOf(container, false)).toBe('unknown')
})

test('memory has a share only where there is a limit', () => {
  expect(memoryShare({ mem_used_bytes: 256, mem_limit_bytes: 1_024 })).toBe(25)
  expect(memoryShare({ mem_used_bytes: 256 })).toBeNull()
})

test('an image goes without the common registry and without its digest', () => {
  expect(shortImage('docker.io/library/nginx:1.27@sha256:0af')).toBe('nginx:1.27')
  expect(shortImage('ghcr.io/immich-app/server:v2')).toBe('ghcr.io/immich-app/server:v2')
})

test('only what runs has run since a time', () => {
  const started_at = '2026-11-20T10:00:00.5Z'
  expect(runningSince({ state: 'running', started_at })).toBe(Date.parse(started_at))
  expect(runningSince({ state: 'exited', started_at })).toBeNull()
  expect(runningSince({ state: 'running', started_at: '0001-01-01T00:00:00Z' })).toBeNull()
})
