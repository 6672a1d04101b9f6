import { expect, test } from 'bun:test'
import type { Rule } from '@lumen/protocol/http/alerts/rule'
import { ruleSpec } from './rule-spec.fixture.ts'
import { thresholdsOfMetric } from './thresholds.ts'

const web = { id: 7, name: 'Web-1', tags: ['prod'] }
const rule = (part: Parameters<typeof ruleSpec>[0] = {}): Rule => ({
  id: 1,
  spec: ruleSpec(part),
  template: null,
  created_at: 0,
  changed_at: 0,
  subjects: 0,
  firing: 0,
  held: 0,
})

test('a metric is drawn with the numbers in force on its host', () => {
  expect(thresholdsOfMetric([rule()], web, 'host.cpu_pct')).toEqual([{ level: 'warning', value: 90 }])
  expect(thresholdsOfMetric([rule()], web, 'host.mem_pct')).toEqual([])
  const own = rule({ overrides: [{ host_id: 7, is_enabled: true, warning: null, critical: 99 }] })
  expect(thresholdsOfMetric([own], web, 'host.cpu_pct')).toEqual([{ level: 'critical', value: 99 }])
})

test('a rule that is off, there or everywhere, or elsewhere, draws nothing', () => {
  expect(thresholdsOfMetric([rule({ is_enabled: false })], web, 'host.cpu_pct')).toEqual([])
  const off = rule({ overrides: [{ host_id: 7, is_enabled: false }] })
  expect(thresholdsOfMetric([off], web, 'host.cpu_pct')).toEqual([])
  const byName = rule({ scope: { hosts: [{ by: 'name', glob: 'web-?' }], except: [] } })
  expect(thresholdsOfMetric([byName], web, 'host.cpu_pct')).toHaveLength(1)
  const elsewhere = rule({ scope: { hosts: [{ by: 'name', glob: 'db*' }], except: [] } })
  expect(thresholdsOfMetric([elsewhere], web, 'host.cpu_pct')).toEqual([])
})
