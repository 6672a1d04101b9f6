import { HOUR, MINUTE } from '@lumen/model/time'
import { type RuleSpec, ruleSpecSchema } from '@lumen/protocol/http/alerts/rule'
import type { z } from 'zod'

/** A rule every hub begins with. It tells whoever takes alerts by default, which on a fresh hub is nobody. */
export interface RuleTemplate {
  /** Never changes: what tells a hub that it has had it. */
  template: string
  spec: RuleSpec
}

const everywhere = { hosts: 'all' } as const

function template(name: string, spec: Omit<z.input<typeof ruleSpecSchema>, 'scope'>): RuleTemplate {
  return { template: name, spec: ruleSpecSchema.parse({ ...spec, scope: everywhere }) }
}

export const RULE_TEMPLATES: readonly RuleTemplate[] = [
  template('host_down', {
    name: 'Host is down',
    condition: { kind: 'state', state: 'host_down', level: 'critical' },
    for_ms: MINUTE,
  }),
  template('disk_full', {
    name: 'Disk is nearly full',
    condition: {
      ...{ kind: 'threshold', metric: 'filesystem.used_pct', direction: 'above' },
      ...{ warning: 90, critical: 95, clear: 89 },
    },
    for_ms: 5 * MINUTE,
  }),
  template('disk_fills', {
    name: 'Disk fills up soon',
    condition: { kind: 'fills', metric: 'filesystem.used_pct', warning: 24, critical: 4 },
    for_ms: 15 * MINUTE,
  }),
  template('memory', {
    name: 'Memory is nearly used up',
    condition: {
      ...{ kind: 'threshold', metric: 'host.mem_pct', direction: 'above' },
      ...{ warning: 92, critical: 97, clear: 90 },
    },
    for_ms: 10 * MINUTE,
  }),
  template('temperature', {
    name: 'Processor is hot',
    condition: {
      ...{ kind: 'threshold', metric: 'host.temp_celsius', direction: 'above' },
      ...{ warning: 85, critical: 95, clear: 80 },
    },
    for_ms: 5 * MINUTE,
  }),
  template('container_unhealthy', {
    name: 'Container is unhealthy',
    condition: { kind: 'state', state: 'container_unhealthy', level: 'warning' },
    for_ms: 2 * MINUTE,
  }),
  template('container_restarting', {
    name: 'Container keeps restarting',
    condition: { kind: 'state', state: 'container_restarting', level: 'warning' },
    for_ms: 0,
  }),
  template('array_degraded', {
    name: 'Array or pool is degraded',
    condition: { kind: 'state', state: 'array_degraded', level: 'critical' },
    for_ms: MINUTE,
  }),
  template('disk_failing', {
    name: 'Disk is failing',
    condition: { kind: 'state', state: 'disk_failing', level: 'critical' },
    for_ms: MINUTE,
  }),
  template('filesystem_hung', {
    name: 'Filesystem does not answer',
    condition: { kind: 'state', state: 'filesystem_hung', level: 'warning' },
    for_ms: 5 * MINUTE,
  }),
  template('unit_failed', {
    name: 'Service has failed',
    condition: { kind: 'state', state: 'unit_failed', level: 'warning' },
    for_ms: MINUTE,
  }),
  template('hub_disk', {
    name: 'Hub: its disk needs attention',
    condition: { kind: 'state', state: 'hub_disk', level: 'critical' },
    for_ms: 2 * MINUTE,
  }),
  template('hub_flush', {
    name: 'Hub: readings do not reach the disk',
    condition: { kind: 'state', state: 'hub_flush', level: 'critical' },
    for_ms: 2 * MINUTE,
  }),
  template('hub_channel', {
    name: 'Hub: notifications do not arrive',
    condition: { kind: 'state', state: 'hub_channel', level: 'warning' },
    for_ms: 0,
  }),
  template('agent_outdated', {
    name: 'Agent is older than the hub',
    is_enabled: false,
    condition: { kind: 'state', state: 'agent_outdated', level: 'warning' },
    for_ms: 24 * HOUR,
  }),
]
