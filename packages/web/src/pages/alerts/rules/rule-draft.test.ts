import { expect, test } from 'bun:test'
import type { Condition } from '@lumen/protocol/http/alerts/rule'
import { ruleSpec } from '../shared/rule-spec.fixture.ts'
import { draftOf, readDraft, withCondition, withScale, withSuggestion } from './rule-draft.ts'

const GIB = 1024 ** 3
const bytes: Condition = {
  kind: 'threshold',
  metric: 'host.mem_available_bytes',
  key: '*',
  direction: 'below',
  warning: 2 * GIB,
  critical: 0.5 * GIB,
  clear: 3 * GIB,
}

test('a rule that is opened and saved untouched stays what it was, whatever its condition', () => {
  const conditions: Condition[] = [
    ruleSpec().condition,
    bytes,
    { kind: 'state', state: 'container_unhealthy', key: 'web-*', level: 'warning' },
    { kind: 'fills', metric: 'filesystem.used_pct', key: '/srv/*', warning: 24, critical: 4 },
    {
      ...{ kind: 'changes', metric: 'host.net_rx_bytes_per_s', key: '*', direction: 'either' },
      ...{ warning: 200, critical: null, least: 5_000_000 },
    },
    {
      kind: 'threshold',
      metric: 'sensor.value_celsius',
      key: '*',
      direction: 'below',
      warning: -5,
      critical: null,
      clear: null,
    },
  ]
  for (const condition of conditions) {
    const spec = ruleSpec({
      condition,
      scope: { hosts: [{ by: 'tag', tag: 'web' }], except: [{ by: 'host', id: 3 }] },
      for_ms: 90_000,
      schedule: { zone: 'Europe/Berlin', windows: [{ days: [1, 2], from: '08:00', to: '24:00' }] },
      overrides: [
        { host_id: 4, is_enabled: false },
        { host_id: 5, is_enabled: true, for_ms: 0 },
      ],
      channels: [1, 2],
      repeat_ms: 14_400_000,
      escalate: { after_ms: 1_800_000, channels: [2] },
    })
    expect(readDraft(draftOf(spec), 'unused')).toEqual({ spec, faults: {} })
  }
})

test('numbers of an override are kept in the unit of the rule', () => {
  const spec = ruleSpec({ condition: bytes, overrides: [{ host_id: 4, is_enabled: true, warning: 4 * GIB }] })
  const draft = draftOf(spec)
  expect(readDraft(draft, '')).toEqual({ spec, faults: {} })
  const typed = { ...draft, overrides: [{ ...draft.overrides[0]!, critical: '1,5' }] }
  expect(readDraft(withScale(typed, GIB), '').spec.overrides[0]).toMatchObject({ warning: 4 * GIB })
})

test('a new rule watches the CPU and takes the name that is suggested until it has one', () => {
  const { spec, faults } = readDraft(draftOf(undefined), 'CPU above 90 %')
  expect(faults).toEqual({})
  expect(spec).toMatchObject({ name: 'CPU above 90 %', scope: { hosts: 'all' }, for_ms: 300_000 })
  expect(spec.condition).toMatchObject({ metric: 'host.cpu_pct', direction: 'above', warning: 90 })
  expect(readDraft({ ...draftOf(undefined), name: ' Busy ' }, 'x').spec.name).toBe('Busy')
})

test('what cannot be read is named by the path the hub would use', () => {
  const draft = {
    ...draftOf(undefined),
    warning: 'much',
    lasts: { text: '', unit: 'min' as const },
    isEverywhere: false,
    escalates: { after: { text: '5', unit: 'min' as const }, channels: [] },
  }
  expect(readDraft(draft, 'x').faults).toEqual({
    'condition.warning': 'number',
    for_ms: 'number',
    'scope.hosts': 'missing',
    'escalate.channels': 'missing',
  })
  expect(readDraft({ ...draftOf(undefined), warning: '' }, 'x').faults).toEqual({
    'condition.warning': 'missing',
  })
})

test('thresholds go with a unit they would mean something else in, and stay with one that is the same', () => {
  const draft = { ...draftOf(undefined), warning: '70', critical: '80', clear: '60' }
  expect(withCondition(draft, { metric: 'host.mem_pct' })).toMatchObject({
    warning: '70',
    critical: '80',
    clear: '60',
  })
  expect(withCondition(draft, { metric: 'host.mem_used_bytes' })).toMatchObject({
    warning: '',
    critical: '',
    clear: '',
  })
  expect(withCondition(draft, { kind: 'fills' })).toMatchObject({ warning: '24', critical: '4' })
})

test('another scale says the same in other numbers', () => {
  const draft = draftOf(ruleSpec({ condition: bytes }))
  const turned = withScale(draft, 1024 ** 2)
  expect(turned.warning).toBe('2048')
  expect(readDraft(turned, '').spec.condition).toEqual(bytes)
})

test('a suggestion fills thresholds and duration and clears what does not fit them', () => {
  const draft = { ...draftOf(undefined), clear: '80' }
  const next = withSuggestion(draft, { warning: 96.5, critical: null, for_ms: 600_000 })
  expect(readDraft(next, 'x').spec).toMatchObject({
    condition: { warning: 96.5, critical: null, clear: null },
    for_ms: 600_000,
  })
})
