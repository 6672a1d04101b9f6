import type { Answer } from './asked.ts'
import { haStatus, nodeReplications, replicationJobs, replicationStatus } from './availability.ts'
import { clusterStatus, nodeList, resources, version } from './cluster.ts'
import { diskList, diskSmart, poolDetail, poolList } from './disks.ts'
import {
  agentFilesystems,
  agentHostName,
  agentInterfaces,
  agentSystem,
  lxcConfig,
  lxcInterfaces,
  lxcList,
  lxcStatus,
  qemuConfig,
  qemuList,
  qemuStatus,
} from './guest.ts'
import { metricsExport } from './metrics-export.ts'
import { certificateInfo, nodeStatus, permissions } from './node.ts'
import { lxcRrd, nodeRrd, qemuRrd, storageRrd } from './rrd.ts'
import { backupJobs, notBackedUp, storageContent, storageList } from './storage.ts'
import { clusterTasks, nodeTasks, taskLog, taskStatus } from './tasks.ts'

/** What answers each call, by template. */
export const PVE_ANSWERS: Readonly<Record<string, Answer>> = {
  '/version': version,
  '/access/permissions': permissions,
  '/cluster/status': clusterStatus,
  '/cluster/resources': resources,
  '/cluster/metrics/export': metricsExport,
  '/cluster/tasks': clusterTasks,
  '/cluster/backup': backupJobs,
  '/cluster/backup-info/not-backed-up': notBackedUp,
  '/cluster/ha/status/current': haStatus,
  '/cluster/replication': replicationJobs,
  '/nodes': nodeList,
  '/nodes/{node}/status': nodeStatus,
  '/nodes/{node}/rrddata': nodeRrd,
  '/nodes/{node}/certificates/info': certificateInfo,
  '/nodes/{node}/tasks': nodeTasks,
  '/nodes/{node}/tasks/{upid}/status': taskStatus,
  '/nodes/{node}/tasks/{upid}/log': taskLog,
  '/nodes/{node}/storage': storageList,
  '/nodes/{node}/storage/{storage}/content': storageContent,
  '/nodes/{node}/storage/{storage}/rrddata': storageRrd,
  '/nodes/{node}/disks/zfs': poolList,
  '/nodes/{node}/disks/zfs/{name}': poolDetail,
  '/nodes/{node}/disks/list': diskList,
  '/nodes/{node}/disks/smart': diskSmart,
  '/nodes/{node}/replication': nodeReplications,
  '/nodes/{node}/replication/{id}/status': replicationStatus,
  '/nodes/{node}/qemu': qemuList,
  '/nodes/{node}/qemu/{vmid}/config': qemuConfig,
  '/nodes/{node}/qemu/{vmid}/status/current': qemuStatus,
  '/nodes/{node}/qemu/{vmid}/rrddata': qemuRrd,
  '/nodes/{node}/qemu/{vmid}/agent/get-fsinfo': agentFilesystems,
  '/nodes/{node}/qemu/{vmid}/agent/get-host-name': agentHostName,
  '/nodes/{node}/qemu/{vmid}/agent/get-osinfo': agentSystem,
  '/nodes/{node}/qemu/{vmid}/agent/network-get-interfaces': agentInterfaces,
  '/nodes/{node}/lxc': lxcList,
  '/nodes/{node}/lxc/{vmid}/config': lxcConfig,
  '/nodes/{node}/lxc/{vmid}/status/current': lxcStatus,
  '/nodes/{node}/lxc/{vmid}/rrddata': lxcRrd,
  '/nodes/{node}/lxc/{vmid}/interfaces': lxcInterfaces,
}
