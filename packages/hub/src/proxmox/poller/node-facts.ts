import { MINUTE, SECOND } from '@lumen/model/time'
import type { Facts } from '@lumen/protocol/agent/facts'
import type { Answer } from '../client/call.ts'
import type { PVE } from '../client/pve-calls.ts'
import type { Reading } from './readings.ts'

export type NodeStatus = Answer<typeof PVE.nodeStatus>

/** What a node is, from its own status. Unknown facts are left out. */
export function factsOf(name: string, status: NodeStatus, ip: string | undefined, nowMs: number): Facts {
  const { pveversion, cpuinfo, memory, uptime } = status
  const kernel = status['current-kernel']
  const version = /^pve-manager\/([^/]+)/.exec(pveversion ?? '')?.[1]
  const facts: Facts = {
    os: version === undefined ? 'Proxmox VE' : `Proxmox VE ${version}`,
    hostname: name,
    virt: 'proxmox-node',
  }
  if (kernel?.release !== undefined) facts.kernel = kernel.release.slice(0, 256)
  if (kernel?.machine !== undefined) facts.arch = kernel.machine.slice(0, 256)
  if (cpuinfo?.model !== undefined) facts.cpu_model = cpuinfo.model.slice(0, 256)
  if (cpuinfo?.cpus !== undefined && cpuinfo.cpus >= 1) facts.cores = Math.round(cpuinfo.cpus)
  if (memory?.total !== undefined && memory.total >= 0) facts.mem_total_bytes = Math.round(memory.total)
  if (ip !== undefined) facts.ips = [ip.slice(0, 256)]
  // By the minute: it would seem to change with every look otherwise.
  if (uptime !== undefined && uptime > 0) {
    facts.boot_at = Math.round((nowMs - uptime * SECOND) / MINUTE) * MINUTE
  }
  return facts
}

/** What only a node's own status tells. */
export function statusReading({ loadavg, memory, swap, wait }: NodeStatus): Reading {
  return {
    cpu_avg1: loadavg?.[0],
    cpu_avg5: loadavg?.[1],
    cpu_avg15: loadavg?.[2],
    cpu_iowait: wait,
    mem_available: memory?.available,
    swap_total: swap?.total,
    swap_used: swap?.used,
  }
}
