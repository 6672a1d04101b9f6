import { expect, test } from 'bun:test'
import { type RuleSpec, ruleSpecSchema } from '@lumen/protocol/http/alerts/rule'
import type { Refusal } from '../refusal.ts'
import { checkRule } from './check-rule.ts'
import { RULE_TEMPLATES } from './templates.ts'

const KNOWN = { isHost: (id: number) => id === 1, isChannel: (id: number) => id === 5 }
const CPU = { kind: 'threshold', metric: 'host.cpu_pct', direction: 'above', warning: 80, critical: 90 }

function faults(more: Record<string, unknown>): string[] {
  const spec: RuleSpec = ruleSpecSchema.parse({
    ...{ name: 'rule', scope: { hosts: 'all' }, condition: CPU, for_ms: 0 },
    ...more,
  })
  try {
    checkRule(spec, KNOWN)
    return []
  } catch (fault) {
    const { code, options } = fault as Refusal
    expect(code).toBe('rule_invalid')
    return (options.errors ?? []).map(({ path, message }) => `${path} ${message}`)
  }
}

const condition = (more: Record<string, unknown>) => ({ condition: { ...CPU, ...more } })

test.each<[string, Record<string, unknown>, string[]]>([
  ['a sound rule', {}, []],
  ['a for-duration of a week', { for_ms: 7 * 86_400_000 }, []],
  [
    'a metric nobody knows',
    condition({ metric: 'host.nonsense' }),
    ['condition.metric has no metric named host.nonsense'],
  ],
  [
    'a metric that is never written',
    condition({ metric: 'core.cpu_pct' }),
    ['condition.metric is live only: no rule can be made about it'],
  ],
  [
    'no threshold',
    condition({ warning: null, critical: null }),
    ['condition.warning or critical must be set'],
  ],
  [
    'a threshold no percentage passes',
    condition({ critical: 100 }),
    ['condition.critical can never be passed: it is between 0 % and 100 %'],
  ],
  [
    'a threshold below what is possible',
    condition({ direction: 'below', warning: 0, critical: null }),
    ['condition.warning can never be passed: it is between 0 % and 100 %'],
  ],
  [
    'thresholds in the wrong order',
    condition({ warning: 95 }),
    ['condition.critical must lie above the warning'],
  ],
  [
    'thresholds in the wrong order for below',
    condition({ direction: 'below' }),
    ['condition.critical must lie below the warning'],
  ],
  [
    'a clear threshold on the wrong side',
    condition({ clear: 85 }),
    ['condition.clear must not lie above the mildest threshold'],
  ],
  ['a clear threshold that cannot be', condition({ clear: -5 }), ['condition.clear is no value it can have']],
  [
    'hours until a speed is full',
    condition({ kind: 'fills', metric: 'host.net_rx_bytes_per_s', warning: 24, critical: 4 }),
    ['condition.metric does not say how full something is: wanted a percentage'],
  ],
  [
    'hours in the wrong order',
    condition({ kind: 'fills', metric: 'filesystem.used_pct', warning: 4, critical: 24 }),
    ['condition.critical must lie below the warning'],
  ],
  [
    'a fall by more than everything',
    condition({ kind: 'changes', direction: 'down', warning: 50, critical: 100 }),
    ['condition.critical must be over 0 and under 100 %'],
  ],
  [
    'hosts that are not there',
    {
      scope: {
        hosts: [
          { by: 'host', id: 1 },
          { by: 'host', id: 2 },
        ],
        except: [{ by: 'host', id: 3 }],
      },
    },
    ['scope.hosts[1].id is no host', 'scope.except[0].id is no host'],
  ],
  [
    'channels that are not there',
    { channels: [5, 6], escalate: { after_ms: 60_000, channels: [7] } },
    ['channels[1] is no channel', 'escalate.channels[0] is no channel'],
  ],
  ['an override for a stranger', { overrides: [{ host_id: 2 }] }, ['overrides[0].host_id is no host']],
  [
    'an override twice',
    { overrides: [{ host_id: 1 }, { host_id: 1 }] },
    ['overrides[1].host_id is there twice'],
  ],
  [
    'an override that turns the order round',
    { overrides: [{ host_id: 1, warning: 95 }] },
    ['overrides[0].critical must lie above the warning'],
  ],
  [
    'an override of a threshold a state has not',
    {
      condition: { kind: 'state', state: 'host_down', level: 'critical' },
      overrides: [{ host_id: 1, warning: 95 }],
    },
    ['overrides[0].warning is compared with nothing'],
  ],
])('%s', (_name, more, expected) => {
  expect(faults(more)).toEqual(expected)
})

test('no shape of a rule takes a malformed selector for everything', () => {
  for (const hosts of [
    [],
    [{ by: 'name', glob: '' }],
    [{ by: 'name', glob: '*********' }],
    'none',
    [{ by: 'tag', tag: 'a b' }],
  ]) {
    const given = { name: 'rule', scope: { hosts }, condition: CPU, for_ms: 0 }
    expect(ruleSpecSchema.safeParse(given).success).toBe(false)
  }
})

test('every template is a rule that could be written by hand', () => {
  for (const { spec } of RULE_TEMPLATES) expect(() => checkRule(spec, KNOWN)).not.toThrow()
  expect(new Set(RULE_TEMPLATES.map(({ template }) => template)).size).toBe(RULE_TEMPLATES.length)
})
