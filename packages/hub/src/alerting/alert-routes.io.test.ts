import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Alert } from '@lumen/protocol/http/alerts/alert'
import type { Rule, RuleMatch } from '@lumen/protocol/http/alerts/rule'
import { until } from '@lumen/testkit/until'
import { openLive } from '../testing/live-client.ts'
import { frameOf, pushOf, startTestHub, type TestHub } from '../testing/test-hub.ts'

let t: TestHub
beforeAll(async () => {
  t = await startTestHub()
  await t.logIn()
})
afterAll(() => t[Symbol.asyncDispose]())

const CPU = {
  name: 'busy',
  scope: { hosts: [{ by: 'name', glob: 'busy-*' }] },
  condition: { kind: 'threshold', metric: 'host.cpu_pct', direction: 'above', warning: 80, critical: 90 },
  for_ms: 0,
}

async function json<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await t.call(method, path, body)
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`)
  return (answer.status === 204 ? undefined : await answer.json()) as T
}

let seq = 0
let ts = 0
async function push(token: string, cpu_pct: number): Promise<void> {
  seq += 1
  ts = Math.max(ts + 1, Date.now())
  const answer = await t.push(token, pushOf([frameOf(seq, ts, { cpu_pct })]))
  expect(answer.status).toBe(200)
}

const active = async () => (await json<{ alerts: Alert[] }>('GET', '/api/alerts/active')).alerts

test('a hub begins with rules for what goes wrong most, in force and telling whoever takes alerts by default', async () => {
  const { rules } = await json<{ rules: Rule[] }>('GET', '/api/alerts/rules')
  expect(rules.map(({ template }) => template)).toEqual(
    expect.arrayContaining([
      'host_down',
      'disk_full',
      'disk_fills',
      'memory',
      'temperature',
      'container_unhealthy',
    ]),
  )
  const isOff = ({ template }: Rule) => template === 'agent_outdated' || template === 'backup_uncovered'
  for (const { spec } of rules.filter((rule) => !isOff(rule))) {
    expect(spec).toMatchObject({ is_enabled: true, channels: null })
  }
})

test('a rule fires with the frame that passes its threshold, is acknowledged, and ends with the frame that does not', async () => {
  const { id, token } = await t.addHost('busy-1')
  const { rule } = await json<{ rule: Rule }>('POST', '/api/alerts/rules', CPU)
  using live = await openLive(t.hub.url, { cookie: t.cookie })
  live.subscribe('alerts', 'fleet')
  expect(await live.next('snapshot', 'alerts')).toMatchObject({ alerts: [] })
  await push(token, 95)
  const [alert] = await active()
  expect(alert).toMatchObject({
    ...{ rule_id: rule.id, host_id: id, host: 'busy-1', entity: 'host', key: '', state: 'firing' },
    ...{ level: 'critical', metric: 'host.cpu_pct', value: 95, threshold: 90, ack: null, quiet: null },
    summary: 'busy-1: CPU is 95 %, above 90 %',
  })
  expect(await live.next('update', 'alerts')).toMatchObject({ alerts: [{ id: alert!.id }], removed: [] })
  expect(await json('GET', `/api/hosts/${id}`)).toMatchObject({
    host: { firing: { warning: 0, critical: 1 } },
  })
  expect((await json<{ rules: Rule[] }>('GET', '/api/alerts/rules')).rules.at(-1)).toMatchObject({
    ...{ subjects: 1, firing: 1 },
  })
  expect(await (await t.call('GET', '/metrics')).text()).toContain(
    'lumen_hub_alerts{state="firing",level="critical"} 1\n',
  )

  const acknowledged = await json<{ alert: Alert }>('POST', `/api/alerts/${alert!.id}/ack`, {
    comment: 'mine',
  })
  expect(acknowledged.alert.ack).toMatchObject({ by: 'admin', comment: 'mine' })
  expect((await json<{ alert: Alert }>('DELETE', `/api/alerts/${alert!.id}/ack`)).alert.ack).toBeNull()

  await push(token, 5)
  expect(await active()).toEqual([])
  for (;;) {
    const { removed } = (await live.next('update', 'alerts')) as { removed: number[] }
    if (removed.includes(alert!.id)) break
  }
  expect((await t.call('POST', `/api/alerts/${alert!.id}/ack`, {})).status).toBe(409)
  const ended = async () => {
    const { alerts } = await json<{ alerts: Alert[] }>(
      'GET',
      `/api/alerts/history?host=${id}&rule=${rule.id}`,
    )
    return alerts[0]?.state === 'resolved' ? alerts : undefined
  }
  const history = await until('the end in the history', ended, { withinMs: 30_000 })
  expect(history).toMatchObject([{ id: alert!.id, resolve_reason: 'back to normal', peak: 95 }])
  await json('DELETE', `/api/alerts/rules/${rule.id}`)
})

test('a preview says what a rule would look at and how that stands, and stores nothing', async () => {
  const { token } = await t.addHost('busy-2')
  await push(token, 85)
  const before = (await json<{ rules: Rule[] }>('GET', '/api/alerts/rules')).rules.length
  const preview = await json<{ matches: RuleMatch[]; total: number }>(
    'POST',
    '/api/alerts/rules/preview',
    CPU,
  )
  expect(preview.matches[0]).toEqual({
    ...{ host: 'busy-2', entity: 'host', key: '', value: 85, level: 'warning' },
    host_id: expect.any(Number),
  } as RuleMatch)
  expect(preview.total).toBe(2)
  const nobody = { ...CPU, scope: { hosts: [{ by: 'tag', tag: 'nobody' }] } }
  expect(await json<object>('POST', '/api/alerts/rules/preview', nobody)).toEqual({ matches: [], total: 0 })
  expect((await json<{ rules: Rule[] }>('GET', '/api/alerts/rules')).rules.length).toBe(before)
})

test('a rule about what is only named when it is wrong looks at every host that talks', async () => {
  const spec = {
    ...CPU,
    scope: { hosts: [{ by: 'name', glob: 'busy-2' }] },
    condition: { kind: 'state', state: 'unit_failed', level: 'warning' },
  }
  expect(await json<object>('POST', '/api/alerts/rules/preview', spec)).toMatchObject({
    matches: [{ host: 'busy-2', entity: 'unit', key: '', level: null }],
    total: 1,
  })
})

test('a rule over nothing is allowed and says so', async () => {
  const nobody = { ...CPU, scope: { hosts: [{ by: 'tag', tag: 'nobody' }] } }
  const { rule } = await json<{ rule: Rule }>('POST', '/api/alerts/rules', nobody)
  expect(rule.subjects).toBe(0)
  const tagged = await t.addHost('tagged')
  await push(tagged.token, 99)
  expect(await active()).toEqual([])
  await json('PATCH', `/api/hosts/${tagged.id}`, { tags: ['nobody'] })
  await push(tagged.token, 99)
  expect((await active()).map(({ host }) => host)).toEqual(['tagged'])
  await json('PATCH', `/api/hosts/${tagged.id}`, { tags: [] })
  expect(await active()).toEqual([])
  await json('DELETE', `/api/alerts/rules/${rule.id}`)
})

test.each([
  ['PUT', '/api/alerts/rules/9999', CPU, 404, 'rule_unknown'],
  ['DELETE', '/api/alerts/rules/9999', undefined, 404, 'rule_unknown'],
  ['POST', '/api/alerts/9999/ack', {}, 404, 'alert_unknown'],
  ['POST', '/api/alerts/rules', { ...CPU, channels: [99] }, 400, 'rule_invalid'],
  ['POST', '/api/alerts/rules', { ...CPU, scope: { hosts: [] } }, 400, 'request_invalid'],
  ['POST', '/api/alerts/rules', { ...CPU, for_ms: 366 * 86_400_000 }, 400, 'request_invalid'],
])('%s %s is refused with its reason (%#)', async (method, path, body, status, code) => {
  const answer = await t.call(method, path, body)
  expect(answer.status).toBe(status)
  expect(await answer.json()).toMatchObject({ code })
})

test('eight hours of backlog, before and behind the newest reading, fire nothing', async () => {
  const rule = { ...CPU, name: 'back', scope: { hosts: [{ by: 'name', glob: 'back-*' }] } }
  const made = await json<{ rule: Rule }>('POST', '/api/alerts/rules', rule)
  const now = Date.now()
  const frames = Array.from({ length: 480 }, (_, n) =>
    frameOf(n + 1, now - (480 - n) * 60_000, { cpu_pct: 99 }),
  )
  const newest = frameOf(1_000, now, { cpu_pct: 1 })
  for (const [name, pushes] of [
    ['back-1', [frames.slice(0, 240), frames.slice(240), [newest]]],
    ['back-2', [[newest], frames.slice(240), frames.slice(0, 240)]],
    ['back-3', [[...frames, newest]]],
  ] as const) {
    const { token } = await t.addHost(name)
    for (const push of pushes) expect((await t.push(token, pushOf(push))).status).toBe(200)
  }
  expect(await active()).toEqual([])
  const { alerts } = await json<{ alerts: Alert[] }>('GET', `/api/alerts/history?rule=${made.rule.id}`)
  expect(alerts).toEqual([])
  await json('DELETE', `/api/alerts/rules/${made.rule.id}`)
})
