import { expect, test } from 'bun:test'
import { ruleSpecSchema } from '@lumen/protocol/http/alerts/rule'
import type { AlertRecord } from './alert-record.ts'
import { summaryOf } from './summary.ts'

function record(direction: 'above' | 'below', value: number, threshold: number): AlertRecord {
  const spec = ruleSpecSchema.parse({
    ...{ name: 'CPU', scope: { hosts: 'all' }, for_ms: 0 },
    condition: { kind: 'threshold', metric: 'host.cpu_pct', direction, warning: threshold, critical: null },
  })
  return {
    ...{ id: 1, ruleId: 1, hostId: 1, entity: 'host', key: '', ruleName: 'CPU', hostName: 'web' },
    ...{ routing: spec, condition: spec.condition, state: 'firing', level: 'warning' },
    ...{
      told: { level: null } as AlertRecord['told'],
      metric: 'host.cpu_pct',
      value,
      peak: value,
      threshold,
    },
    ...{ words: '', pendingAt: 0, firedAt: 0, resolvedAt: null, resolveReason: null, ack: null, changes: [] },
    ...{ isStored: false, isDropped: false },
  }
}

test('what fires says where it stands to its threshold, also when it is back within it', () => {
  expect(summaryOf(record('above', 95, 90))).toBe('web: CPU is 95 %, above 90 %')
  expect(summaryOf(record('above', 16, 90))).toBe('web: CPU is 16 %, no longer above 90 %')
  expect(summaryOf(record('below', 5, 10))).toBe('web: CPU is 5 %, below 10 %')
  expect(summaryOf(record('below', 10, 10))).toBe('web: CPU is 10 %, no longer below 10 %')
})
