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
  template('quorum_lost', {
    name: 'Cluster has lost its quorum',
    condition: { kind: 'state', state: 'quorum_lost', level: 'critical' },
    for_ms: MINUTE,
  }),
  template('guest_stopped', {
    name: 'Guest is stopped though it should run',
    condition: { kind: 'state', state: 'guest_stopped', level: 'warning' },
    for_ms: 5 * MINUTE,
  }),
  template('backup_failed', {
    name: 'Backup has failed',
    condition: { kind: 'state', state: 'backup_failed', level: 'warning' },
    for_ms: 5 * MINUTE,
  }),
  template('backup_overdue', {
    name: 'Backup is overdue',
    condition: { kind: 'state', state: 'backup_overdue', level: 'warning' },
    for_ms: 15 * MINUTE,
  }),
  template('backup_age', {
    name: 'Last good backup is old',
    condition: {
      ...{ kind: 'threshold', metric: 'backup.age_hours', direction: 'above' },
      ...{ warning: 8 * 24, critical: 32 * 24 },
    },
    for_ms: 15 * MINUTE,
  }),
  template('backup_missing', {
    name: 'Guest was never backed up',
    condition: { kind: 'state', state: 'backup_missing', level: 'warning' },
    // A new guest waits for the first run of its job.
    for_ms: 26 * HOUR,
  }),
  template('backup_uncovered', {
    name: 'No job backs a guest up',
    is_enabled: false,
    condition: { kind: 'state', state: 'backup_uncovered', level: 'warning' },
    for_ms: 24 * HOUR,
  }),
  template('replication_failing', {
    name: 'Replication fails',
    condition: { kind: 'state', state: 'replication_failing', level: 'warning' },
    for_ms: 15 * MINUTE,
  }),
  template('pool_errors', {
    name: 'ZFS pool has errors',
    condition: {
      ...{ kind: 'threshold', metric: 'zpool.errors', direction: 'above' },
      ...{ warning: 0, critical: null },
    },
    for_ms: MINUTE,
  }),
  template('storage_full', {
    name: 'Storage is nearly full',
    condition: {
      ...{ kind: 'threshold', metric: 'storage.used_pct', direction: 'above' },
      ...{ warning: 90, critical: 95, clear: 89 },
    },
    for_ms: 5 * MINUTE,
  }),
  template('storage_fills', {
    name: 'Storage fills up soon',
    condition: { kind: 'fills', metric: 'storage.used_pct', warning: 24, critical: 4 },
    for_ms: 15 * MINUTE,
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
  template('hub_alerts', {
    name: 'Hub: alerts are held back',
    condition: { kind: 'state', state: 'hub_alerts', level: 'warning' },
    for_ms: 0,
  }),
  template('hub_token', {
    name: 'Hub: two machines use one token',
    condition: { kind: 'state', state: 'hub_token', level: 'warning' },
    for_ms: MINUTE,
  }),
  template('hub_proxmox', {
    name: 'Proxmox cannot be read',
    condition: { kind: 'state', state: 'hub_proxmox', level: 'warning' },
    for_ms: 5 * MINUTE,
  }),
  template('hub_certificate', {
    name: 'Proxmox shows another certificate',
    condition: { kind: 'state', state: 'hub_certificate', level: 'critical' },
    for_ms: MINUTE,
  }),
  template('hub_backup_server', {
    name: 'Backup server is in trouble',
    condition: { kind: 'state', state: 'hub_backup_server', level: 'warning' },
    for_ms: 5 * MINUTE,
  }),
  template('agent_outdated', {
    name: 'Agent is older than the hub',
    is_enabled: false,
    condition: { kind: 'state', state: 'agent_outdated', level: 'warning' },
    for_ms: 24 * HOUR,
  }),
]
