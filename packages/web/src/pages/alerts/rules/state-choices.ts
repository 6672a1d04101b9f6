import type { StateCondition } from '@lumen/protocol/http/alerts/rule'
import type { AlertPlainKey } from '../../../i18n/ta.ts'

/** States as the editor lists them. */
export const STATE_GROUPS: readonly {
  name: 'host' | 'container' | 'storage' | 'proxmox' | 'hub'
  states: readonly StateCondition[]
}[] = [
  { name: 'host', states: ['host_down', 'agent_outdated', 'unit_failed'] },
  { name: 'container', states: ['container_not_running', 'container_unhealthy', 'container_restarting'] },
  { name: 'storage', states: ['array_degraded', 'disk_failing', 'filesystem_hung'] },
  {
    name: 'proxmox',
    states: [
      ...(['quorum_lost', 'guest_stopped', 'replication_failing'] as const),
      ...(['backup_failed', 'backup_overdue', 'backup_missing', 'backup_uncovered'] as const),
    ],
  },
  {
    name: 'hub',
    states: [
      ...(['hub_disk', 'hub_flush', 'hub_channel', 'hub_alerts', 'hub_token'] as const),
      ...(['hub_proxmox', 'hub_certificate', 'hub_backup_server'] as const),
    ],
  },
]

/** States of things a host has several of, and what those are called. */
export const KEYED_STATES: Partial<Record<StateCondition, AlertPlainKey>> = {
  container_not_running: 'things.container',
  container_unhealthy: 'things.container',
  container_restarting: 'things.container',
  unit_failed: 'things.unit',
  array_degraded: 'things.array',
  disk_failing: 'things.disk',
  filesystem_hung: 'things.filesystem',
  guest_stopped: 'things.guest',
  backup_failed: 'things.guest',
  backup_overdue: 'things.guest',
  backup_missing: 'things.guest',
  backup_uncovered: 'things.guest',
  replication_failing: 'things.replication',
}

/** States of the hub itself: no host is meant, so none is chosen. */
export const isHubState = (state: StateCondition): boolean => state.startsWith('hub_')
