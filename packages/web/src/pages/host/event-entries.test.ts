import { expect, test } from 'bun:test'
import type { AgentEvent } from '@lumen/protocol/agent/events'
import { entriesOf, entryText } from './event-entries.ts'

const event = (type: string, detail: AgentEvent['detail'] = {}, at = 1_000): AgentEvent => ({
  at,
  type,
  detail,
})
const container = (change: string, from: string | number | null, to: string | number | null) =>
  event('container', { container: 'web', id: 'abc', change, from, to })

test.each([
  [event('start'), 'life', 'Agent started'],
  [event('resume', { asleep_ms: 7_200_000 }), 'life', 'Machine woke up: after 2\u00a0h of sleep'],
  [
    event('drop', { frames: 1_200, from: 1, to: 2, cause: 'spool full' }),
    'trouble',
    'Readings were given up: 1,200 readings: spool full',
  ],
  [
    event('outage', { from: 0, to: 90_000, reason: 'connection refused' }),
    'trouble',
    'The agent could not reach the hub: 1\u00a0min 30\u00a0s: connection refused',
  ],
  [
    event('node', { change: 'state', from: 'online', to: 'offline' }),
    'trouble',
    'Proxmox node: online → offline',
  ],
  [
    event('guest', { vmid: 101, name: 'mail', change: 'node', from: 'pve1', to: 'pve2' }),
    'change',
    'Guest mail (101): moved from pve1 to pve2',
  ],
  [
    event('guest', { vmid: 101, name: null, change: 'state', from: 'running', to: 'stopped' }),
    'change',
    'Guest 101: running → stopped',
  ],
  [
    event('guest', { vmid: 101, name: 'mail', change: 'state', from: 'running', to: 'unknown' }),
    'trouble',
    'Guest mail (101): running → unknown',
  ],
  [
    event('import', { from: 0, to: 86_400_000, step_ms: 60_000 }),
    'life',
    'History taken over from Proxmox: 1\u00a0d, a value every 1\u00a0min',
  ],
  [event('collector', { collector: 'gpus', state: 'ok', reason: null }), 'life', 'gpus can be read again'],
  [
    event('collector', { collector: 'gpus', state: 'failing', reason: 'EACCES' }),
    'trouble',
    'gpus cannot be read: EACCES',
  ],
  [
    event('update', { state: 'started', from: '0.1.0', to: '0.2.0' }),
    'life',
    'The agent updates itself to 0.2.0',
  ],
  [
    event('update', { state: 'done', from: '0.1.0', to: '0.2.0' }),
    'life',
    'The agent updated itself from 0.1.0 to 0.2.0',
  ],
  [
    event('update', { state: 'failed', from: '0.1.0', to: '0.2.0', reason: 'HTTP 500' }),
    'trouble',
    'The agent could not update itself to 0.2.0: HTTP 500',
  ],
  [
    event('update', { state: 'rolled-back', from: '0.1.0', to: '0.2.0', reason: 'no answer' }),
    'trouble',
    '0.2.0 did not work: the agent is back at 0.1.0: no answer',
  ],
  [container('state', 'running', 'exited'), 'change', 'Container web: running → exited'],
  [container('state', null, 'running'), 'change', 'Container web: is new, running'],
  [container('state', 'exited', 'removed'), 'change', 'Container web: was removed'],
  [container('health', 'healthy', 'unhealthy'), 'trouble', 'Container web: health healthy → unhealthy'],
  [container('restarts', 3, 4), 'trouble', 'Container web: restarted, 4 times so far'],
  [
    container('image', 'nginx:1 (a)', 'nginx:2 (b)'),
    'change',
    'Container web: image nginx:1 (a) → nginx:2 (b)',
  ],
  [event('container', { change: 'more', count: 40 }), 'change', '40 more changes of containers'],
  [event('unit', { unit: 'nginx.service', state: 'failed' }), 'trouble', 'Unit nginx.service: failed'],
  [
    event('unit', { unit: 'nginx.service', state: 'recovered' }),
    'change',
    'Unit nginx.service: is no longer failed',
  ],
  [event('unit', { change: 'more', count: 7 }), 'change', '7 more changes of units'],
  [event('mounted', { path: '/mnt' }), 'change', 'mounted: path /mnt'],
] as const)('%j is %s: %s', (given, kind, text) => {
  const [entry] = entriesOf([given], [])
  expect({ kind: entry?.kind as string, text: entryText(entry!) }).toEqual({ kind, text })
})

test('gaps stand among the events with their causes, newest first', () => {
  const entries = entriesOf(
    [event('stop', {}, 1_000), event('start', {}, 61_000)],
    [{ from: 1_000, to: 61_000, cause: 'agent stopped' }],
  )
  expect(entries.map(entryText)).toEqual([
    'Agent started',
    'Agent stopped',
    'No data: 1\u00a0min: agent stopped',
  ])
})
