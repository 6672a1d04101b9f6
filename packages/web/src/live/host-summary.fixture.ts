import type { HostSummary } from '@lumen/protocol/http/hosts'

interface Given {
  name?: string
  state?: HostSummary['state']
  cpu?: number
  disk?: number
}

/** A host as the hub would tell it, for tests. Without `cpu` it has no numbers. */
export function hostSummary(id: number, given: Given = {}): HostSummary {
  const { cpu, disk = 10 } = given
  return {
    id,
    name: given.name ?? `host-${id}`,
    state: given.state ?? 'up',
    reason: null,
    last_seen: 1_790_000_000_000,
    created_at: 1_789_000_000_000,
    kind: 'agent',
    tags: [],
    firing: { warning: 0, critical: 0 },
    protocol: 'native',
    agent_version: '0.1.0',
    outdated: false,
    interval_ms: 5_000,
    clock_offset_ms: 0,
    facts: { os: 'Debian 12', virt: 'vm' },
    now:
      cpu === undefined
        ? null
        : {
            ts: 1_790_000_000_000,
            cpu_pct: cpu,
            mem_pct: 40,
            mem_used_bytes: 4e9,
            mem_total_bytes: 1e10,
            swap_pct: null,
            disk_pct: disk,
            net_rx_bytes_per_s: 0,
            net_tx_bytes_per_s: 0,
            temp_celsius: null,
            load1: 0.5,
            uptime_s: 100,
          },
    policy: { interval_ms: 5_000, collectors: {}, own_interval_ms: null, own_collectors: null },
    spark: [],
    cluster: null,
  }
}
