import { expect, test } from 'bun:test'
import { changeWords } from './change-words.ts'

test.each([
  [{ type: 'boot', detail: {} }, 'machine started'],
  [{ type: 'resume', detail: { asleep_ms: 7_200_000 } }, 'machine woke up after 2 h'],
  [
    { type: 'container', detail: { container: 'web', change: 'state', from: 'running', to: 'exited' } },
    'container web: state running → exited',
  ],
  [
    { type: 'container', detail: { container: 'web', change: 'health', from: null, to: 'unhealthy' } },
    'container web: health none → unhealthy',
  ],
  [{ type: 'container', detail: { more: true, count: 3 } }, null],
  [{ type: 'unit', detail: { unit: 'nginx.service', state: 'failed' } }, 'unit nginx.service failed'],
  [
    { type: 'update', detail: { state: 'done', from: '0.1.0', to: '0.2.0' } },
    'agent update done: 0.1.0 → 0.2.0',
  ],
  [{ type: 'node', detail: { change: 'state', from: 'online', to: 'offline' } }, 'node online → offline'],
  [
    { type: 'guest', detail: { vmid: 101, name: 'proxy', change: 'node', from: 'pve1', to: 'pve2' } },
    'guest proxy moved: pve1 → pve2',
  ],
  [
    { type: 'guest', detail: { vmid: 101, name: null, change: 'state', from: 'running', to: 'stopped' } },
    'guest 101: running → stopped',
  ],
  [
    {
      type: 'guest',
      detail: { vmid: 101, name: 'proxy', change: 'config', from: null, to: 'cores, memory' },
    },
    'guest proxy: configuration changed (cores, memory)',
  ],
  [
    { type: 'guest', detail: { vmid: 101, name: 'proxy', change: 'snapshot', to: 'done' } },
    'guest proxy: snapshot',
  ],
  [
    { type: 'guest', detail: { vmid: 101, name: 'proxy', change: 'rollback', to: 'failed: no space' } },
    'guest proxy: rollback failed: no space',
  ],
  [{ type: 'guest', detail: { vmid: 101, change: 'something newer' } }, null],
  [{ type: 'something newer', detail: {} }, null],
])('%j reads as %p', (event, words) => {
  expect(changeWords({ at: 0, ...event } as Parameters<typeof changeWords>[0])).toBe(words)
})
