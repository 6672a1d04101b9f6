import { SECOND } from '@lumen/model/time'
import type { ClusterDetail } from '@lumen/protocol/http/proxmox/detail'
import type { ClusterState } from '../poller/cluster-state.ts'
import { percentOf } from '../poller/row-of.ts'
import type { ClusterJobs, TaskNow } from './cluster-jobs.ts'
import { backupOf, coveredBy } from './guest-backups.ts'
import { poolErrors, scrubEndedAt } from './pool-status.ts'

const NEARLY_FULL_PCT = 90

/** What is known of a cluster, in the words of the wire. */
export function clusterDetail(state: ClusterState, seldom: ClusterJobs): ClusterDetail {
  const { inventory } = state
  const guests = [...inventory.guests.values()]
  const jobs = (seldom.backupJobs ?? []).map((job) => ({ job, id: job.id, guests: coveredBy(job, guests) }))
  const files = [...seldom.backups.values()].flatMap(({ storage, files }) =>
    files.map((file) => [storage, file] as const),
  )
  const enabled = jobs.filter(({ job }) => job.enabled !== false)
  return {
    name: state.clusterName ?? null,
    quorate: state.isQuorate ?? null,
    host: state.shared?.id ?? null,
    nodes: [...inventory.nodes.values()].map(({ name, isOnline }) => ({
      name,
      host: state.node(name)?.id ?? null,
      online: isOnline ?? null,
      ip: state.ips.get(name) ?? null,
    })),
    guests: guests.map(({ vmid, kind, name, node, state: status, isTemplate, resource }) => ({
      ...{ vmid, kind, node, state: status, template: isTemplate },
      name: name ?? null,
      tags: (resource.tags ?? '').split(/[;, ]+/).filter((tag) => tag !== ''),
      pool: resource.pool ?? null,
      lock: resource.lock ?? null,
      ha_state: resource.hastate ?? null,
      cpu_pct: status === 'running' && resource.cpu !== undefined ? 100 * resource.cpu : null,
      mem_used_bytes: status === 'running' ? (resource.mem ?? null) : null,
      mem_total_bytes: resource.maxmem ?? null,
      backup: seldom.backups.size === 0 ? null : backupOf(vmid, files, enabled),
    })),
    storages: storagesOf(state),
    pools: [...seldom.pools.values()].flat().map(({ node, name, health, size, alloc, frag, status }) => ({
      ...{ node, name, health: health ?? null, size_bytes: size ?? null, alloc_bytes: alloc ?? null },
      frag_pct: frag ?? null,
      errors: poolErrors(status?.errors) ?? null,
      errors_text: status?.errors ?? null,
      scan: status?.scan ?? null,
      scrubbed_at: scrubEndedAt(status?.scan) ?? null,
    })),
    disks: [...seldom.disks.values()].flat().map(({ node, devpath, model, serial, type, size, used }) => ({
      ...{ node, path: devpath, model: model ?? null, serial: serial ?? null, type: type ?? null },
      ...{ size_bytes: size ?? null, used_for: used ?? null },
    })),
    ha: haOf(seldom),
    replications: replicationsOf(seldom),
    failed_tasks: tasksOf(seldom.failedTasks),
    failed_backups: tasksOf(seldom.failedBackups),
    backup_jobs: jobs.map(({ job, id, guests: covered }) => ({
      ...{ id, guests: covered, enabled: job.enabled !== false, schedule: job.schedule ?? null },
      ...{ storage: job.storage ?? null, node: job.node ?? null, comment: job.comment ?? null },
      next_run: ms(job['next-run']),
    })),
    uncovered: guests
      .filter(({ vmid, isTemplate }) => !isTemplate && seldom.uncovered?.has(vmid) === true)
      .map(({ vmid }) => vmid),
  }
}

const ms = (seconds: number | undefined) =>
  seconds === undefined || seconds <= 0 ? null : Math.round(seconds * SECOND)

function storagesOf(state: ClusterState): ClusterDetail['storages'] {
  const seen = new Set<string>()
  return [...state.inventory.storages.values()].flatMap((storage) => {
    const { node, name, isShared, resource } = storage
    const key = isShared ? name : `${node}/${name}`
    if (seen.has(key)) return []
    seen.add(key)
    // A storage nobody reaches is said to be empty and of no size.
    const isKnown = storage.state === 'available'
    const used = isKnown ? resource.disk : undefined
    const total = isKnown ? resource.maxdisk : undefined
    const usedPct = percentOf(used, total)
    return [
      {
        ...{ name, node: isShared ? null : node },
        host: (isShared ? state.shared : state.node(node))?.id ?? null,
        ...{ state: storage.state ?? null, type: storage.type ?? null, content: storage.content ?? null },
        ...{ used_bytes: used ?? null, total_bytes: total ?? null, used_pct: usedPct ?? null },
        nearly_full: (usedPct ?? 0) >= NEARLY_FULL_PCT,
      },
    ]
  })
}

function haOf({ ha }: ClusterJobs): ClusterDetail['ha'] {
  const services = (ha ?? []).filter(({ type }) => type === 'service')
  if (ha === undefined || services.length === 0) return null
  return {
    manager: ha.find(({ type }) => type === 'master')?.node ?? null,
    services: services.map(({ id, sid, node, state, crm_state, request_state }) => ({
      sid: sid ?? id,
      node: node ?? null,
      state: crm_state ?? state ?? null,
      wanted: request_state ?? null,
    })),
  }
}

function replicationsOf({ replicationJobs, replications }: ClusterJobs): ClusterDetail['replications'] {
  return (replicationJobs ?? []).map((job) => {
    const last = replications.get(job.id)
    return {
      ...{ id: job.id, guest: job.guest ?? null, source: job.source ?? null, target: job.target ?? null },
      ...{ schedule: job.schedule ?? null, enabled: job.disable !== true },
      ...{ last_sync: ms(last?.last_sync), next_sync: ms(last?.next_sync) },
      ...{ fail_count: last?.fail_count ?? null, error: last?.error ?? null },
    }
  })
}

function tasksOf(byNode: ReadonlyMap<string, readonly TaskNow[]>): ClusterDetail['failed_tasks'] {
  return [...byNode.values()]
    .flat()
    .sort((a, b) => b.starttime - a.starttime)
    .map(({ node, type, id, user, starttime, endtime, status }) => ({
      ...{ node, type: type ?? null, id: id === undefined || id === '' ? null : id, user: user ?? null },
      ...{ started_at: starttime * SECOND, ended_at: ms(endtime), status: status ?? '' },
    }))
}
