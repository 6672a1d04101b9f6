import { beforeEach, expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import type { Maintenance, Silence } from '@lumen/protocol/http/alerts/silence'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { startTestHub, type TestHub } from '../../testing/test-hub.ts'

// A Wednesday.
const NOW = Date.parse('2026-11-25T12:00Z')

let clock: FakeClock
beforeEach(() => {
  clock = new FakeClock(NOW)
})

async function withHub(work: (hub: TestHub) => Promise<void>): Promise<void> {
  await using hub = await startTestHub({ clock })
  await hub.logIn()
  await work(hub)
}

function silence(more: Record<string, unknown> = {}) {
  return { matcher: { entity: 'host' }, from: NOW, until: NOW + HOUR, comment: 'new disk', ...more }
}

function maintenance(time: Record<string, unknown>, more: Record<string, unknown> = {}) {
  return { name: 'patch day', matcher: { entity: 'host' }, time, ...more }
}

const WEEKLY = { kind: 'weekly', zone: 'Europe/Berlin', days: [4], at: '02:00', duration_ms: HOUR }

/** `code` and the paths of what was refused. */
async function refusal(answer: Response) {
  const { code, errors } = (await answer.json()) as { code: string; errors: { path: string }[] }
  return [answer.status, code, ...errors.map(({ path }) => path)]
}

test('a silence is made, listed with its maker, and ended at once', () =>
  withHub(async ({ call }) => {
    const made = await call('POST', '/api/alerts/silences', silence())
    const { silence: held } = (await made.json()) as { silence: Silence }
    expect(held).toEqual({
      ...{ id: held.id, spec: silence(), created_by: 'admin', created_at: NOW, quiets: 0 },
    })
    clock.advance(MINUTE)
    expect((await call('DELETE', `/api/alerts/silences/${held.id}`)).status).toBe(204)
    const listed = (await (await call('GET', '/api/alerts/silences')).json()) as { silences: Silence[] }
    expect(listed.silences.map(({ spec }) => spec.until)).toEqual([NOW + MINUTE])
    expect((await call('DELETE', '/api/alerts/silences/99')).status).toBe(404)
  }))

test('a maintenance window is listed with the next time it comes, changed and deleted', () =>
  withHub(async ({ call }) => {
    const made = await call('POST', '/api/alerts/maintenance', maintenance(WEEKLY))
    const { maintenance: held } = (await made.json()) as { maintenance: Maintenance }
    const from = Date.parse('2026-11-26T01:00Z')
    expect(held.window).toEqual({ from, until: from + HOUR })
    const path = `/api/alerts/maintenance/${held.id}`
    const moved = await call('PUT', path, maintenance({ ...WEEKLY, zone: 'UTC' }))
    const { maintenance: after } = (await moved.json()) as { maintenance: Maintenance }
    expect(after.window).toEqual({ from: from + HOUR, until: from + 2 * HOUR })
    expect((await call('DELETE', path)).status).toBe(204)
    expect((await call('PUT', path, maintenance(WEEKLY))).status).toBe(404)
    expect(await (await call('GET', '/api/alerts/maintenance')).json()).toEqual({ maintenance: [] })
  }))

test('a window that is over may keep its time when something else is changed, and be given no other past one', () =>
  withHub(async ({ call }) => {
    const once = { kind: 'once', from: NOW, until: NOW + HOUR }
    const made = await call('POST', '/api/alerts/maintenance', maintenance(once))
    const { maintenance: held } = (await made.json()) as { maintenance: Maintenance }
    clock.advance(DAY)
    const path = `/api/alerts/maintenance/${held.id}`
    const kept = await call('PUT', path, maintenance(once, { comment: 'done' }))
    expect(((await kept.json()) as { maintenance: Maintenance }).maintenance.window).toBeNull()
    const moved = await call('PUT', path, maintenance({ ...once, until: NOW + 2 * HOUR }))
    expect(await refusal(moved)).toEqual([400, 'maintenance_invalid', 'time.until'])
  }))

const REFUSED: [why: string, body: Record<string, unknown>, code: string, path: string][] = [
  ['an end in the past', silence({ from: NOW - DAY, until: NOW }), 'silence_invalid', 'until'],
  ['an end that is no later than the start', silence({ from: NOW + HOUR }), 'silence_invalid', 'until'],
  ['more than a year', silence({ until: NOW + 367 * DAY }), 'silence_invalid', 'until'],
  ['no such rule', silence({ matcher: { rule_ids: [99] } }), 'silence_invalid', 'matcher.rule_ids[0]'],
  [
    'no such host',
    silence({ matcher: { hosts: [{ by: 'host', id: 99 }] } }),
    ...(['silence_invalid', 'matcher.hosts[0].id'] as const),
  ],
  ['no such thing', silence({ matcher: { entity: 'fridge' } }), 'silence_invalid', 'matcher.entity'],
  ['everything, unsaid', silence({ matcher: {} }), 'request_invalid', 'matcher'],
  ['a list of no host', silence({ matcher: { hosts: [] } }), 'request_invalid', 'matcher.hosts'],
  [
    'a glob of nine stars',
    silence({ matcher: { key: '*********' } }),
    ...(['request_invalid', 'matcher.key'] as const),
  ],
]
for (const [why, body, code, path] of REFUSED) {
  test(`a silence is refused for ${why}`, () =>
    withHub(async ({ call }) => {
      const answer = await call('POST', '/api/alerts/silences', body)
      expect(await refusal(answer)).toEqual([400, code, path])
      expect(await (await call('GET', '/api/alerts/silences')).json()).toEqual({ silences: [] })
    }))
}

const REFUSED_TIMES: [why: string, time: Record<string, unknown>, code: string, path: string][] = [
  [
    'an end in the past',
    { kind: 'once', from: NOW - DAY, until: NOW },
    ...(['maintenance_invalid', 'time.until'] as const),
  ],
  ['no zone of this world', { ...WEEKLY, zone: 'Mars/Olympus' }, 'request_invalid', 'time.zone'],
  ['an offset for a zone', { ...WEEKLY, zone: '+02:00' }, 'request_invalid', 'time.zone'],
  ['no day', { ...WEEKLY, days: [] }, 'request_invalid', 'time.days'],
  ['an hour of 25', { ...WEEKLY, at: '25:00' }, 'request_invalid', 'time.at'],
  ['a window of eight days', { ...WEEKLY, duration_ms: 8 * DAY }, 'request_invalid', 'time.duration_ms'],
  [
    'a 32nd',
    { kind: 'monthly', zone: 'UTC', day: 32, at: '02:00', duration_ms: HOUR },
    ...(['request_invalid', 'time.day'] as const),
  ],
]
for (const [why, time, code, path] of REFUSED_TIMES) {
  test(`a maintenance window is refused for ${why}`, () =>
    withHub(async ({ call }) => {
      const answer = await call('POST', '/api/alerts/maintenance', maintenance(time))
      expect(await refusal(answer)).toEqual([400, code, path])
    }))
}
