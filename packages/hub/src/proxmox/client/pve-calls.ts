import { z } from 'zod'
import { list, one, type Right } from './call.ts'
import { finite, flag, name, number, vmid, word } from './lenient.ts'

/** Calls Lumen makes to Proxmox VE: GET alone, and no others. Shapes: API viewer of version 9.1, with what older ones
 * leave out optional. */

const MIB = 1024 * 1024
const audit = (path: string): Right => ({ path, privileges: ['Sys.Audit'] })
const guestAudit: Right = { path: '/vms/{vmid}', privileges: ['VM.Audit'] }
const storageAudit: Right = { path: '/storage/{storage}', privileges: ['Datastore.Audit'] }
/** Version 9 has a right for reading alone; version 8 has only one for commands. */
const guestAgent: Right = { path: '/vms/{vmid}', privileges: ['VM.GuestAgent.Audit', 'VM.Monitor'] }

const metricPointSchema = z.object({
  id: name,
  metric: name,
  /** Seconds. */
  timestamp: finite,
  value: finite,
  type: word,
})
export type MetricPoint = z.output<typeof metricPointSchema>

const resourceSchema = z.object({
  id: name,
  type: name,
  node: word,
  status: word,
  name: word,
  vmid: number,
  storage: word,
  template: flag,
  tags: word,
  pool: word,
  lock: word,
  hastate: word,
  shared: flag,
  plugintype: word,
  content: word,
  cpu: number,
  maxcpu: number,
  mem: number,
  maxmem: number,
  disk: number,
  maxdisk: number,
  netin: number,
  netout: number,
  diskread: number,
  diskwrite: number,
  uptime: number,
})
export type Resource = z.output<typeof resourceSchema>

const size = z
  .object({ total: number, used: number, free: number, available: number })
  .optional()
  .catch(undefined)

/** A row of round-robin data: `time` in seconds, and whatever that version keeps. A missing sample is a missing key. */
const rrdSchema = z.looseObject({ time: finite })
export type RrdRow = z.output<typeof rrdSchema>

const taskSchema = z.object({
  upid: name,
  node: word,
  type: word,
  id: word,
  user: word,
  starttime: finite,
  endtime: number,
  status: word,
})
export type TaskRow = z.output<typeof taskSchema>

/** Configuration of a guest: `net0`, `smbios1`, `cores`… as lines of text. */
const configSchema = z.record(z.string(), z.unknown())
const agentResultSchema = z.object({ result: z.array(z.unknown()).catch([]) })
const rrd = { query: ['timeframe', 'cf'], timeoutMs: 30_000, maxBytes: 8 * MIB } as const

export const PVE = {
  version: one('/version', z.object({ version: name, release: word }), {}),
  permissions: one('/access/permissions', z.record(z.string(), z.record(z.string(), z.unknown())), {
    query: ['path'],
  }),
  clusterStatus: list(
    '/cluster/status',
    z.object({
      type: name,
      name,
      id: word,
      nodeid: number,
      nodes: number,
      quorate: flag,
      online: flag,
      local: flag,
      ip: word,
      version: number,
    }),
    { right: audit('/') },
  ),
  resources: list('/cluster/resources', resourceSchema, { maxBytes: 16 * MIB, timeoutMs: 15_000 }),
  metrics: one(
    '/cluster/metrics/export',
    // Rows are checked one by one by whoever reads them.
    z.object({ data: z.array(z.unknown()) }),
    {
      query: ['history', 'start-time', 'node-list'],
      right: audit('/'),
      timeoutMs: 40_000,
      maxBytes: 32 * MIB,
    },
  ),
  nodeStatus: one(
    '/nodes/{node}/status',
    z.object({
      uptime: number,
      pveversion: word,
      kversion: word,
      loadavg: z.array(number).optional().catch(undefined),
      cpu: number,
      wait: number,
      cpuinfo: z
        .object({ cores: number, cpus: number, sockets: number, model: word })
        .optional()
        .catch(undefined),
      'current-kernel': z.object({ release: word, machine: word }).optional().catch(undefined),
      memory: size,
      swap: size,
      rootfs: size,
    }),
    { right: audit('/nodes/{node}') },
  ),
  nodeRrd: list('/nodes/{node}/rrddata', rrdSchema, { ...rrd, right: audit('/nodes/{node}') }),
  qemuRrd: list('/nodes/{node}/qemu/{vmid}/rrddata', rrdSchema, { ...rrd, right: guestAudit }),
  lxcRrd: list('/nodes/{node}/lxc/{vmid}/rrddata', rrdSchema, { ...rrd, right: guestAudit }),
  storageRrd: list('/nodes/{node}/storage/{storage}/rrddata', rrdSchema, { ...rrd, right: storageAudit }),
  qemuConfig: one('/nodes/{node}/qemu/{vmid}/config', configSchema, { right: guestAudit }),
  lxcConfig: one('/nodes/{node}/lxc/{vmid}/config', configSchema, { right: guestAudit }),
  lxcInterfaces: list(
    '/nodes/{node}/lxc/{vmid}/interfaces',
    z.object({ name, hwaddr: word, inet: word, inet6: word }),
    { right: guestAudit },
  ),
  agentInterfaces: one('/nodes/{node}/qemu/{vmid}/agent/network-get-interfaces', agentResultSchema, {
    right: guestAgent,
  }),
  agentFilesystems: one('/nodes/{node}/qemu/{vmid}/agent/get-fsinfo', agentResultSchema, {
    right: guestAgent,
  }),
  nodeStorage: list(
    '/nodes/{node}/storage',
    z.object({
      storage: name,
      type: word,
      content: word,
      active: flag,
      enabled: flag,
      shared: flag,
      total: number,
      used: number,
      avail: number,
    }),
    { timeoutMs: 20_000 },
  ),
  zfsPools: list(
    '/nodes/{node}/disks/zfs',
    z.object({ name, size: number, alloc: number, free: number, frag: number, dedup: number, health: word }),
    { right: audit('/'), timeoutMs: 30_000 },
  ),
  zfsPool: one(
    '/nodes/{node}/disks/zfs/{name}',
    z.object({
      name: word,
      state: word,
      scan: word,
      status: word,
      action: word,
      errors: word,
      children: z.array(z.unknown()).catch([]),
    }),
    { right: audit('/'), timeoutMs: 30_000 },
  ),
  disks: list(
    '/nodes/{node}/disks/list',
    z.object({
      devpath: name,
      type: word,
      model: word,
      vendor: word,
      serial: word,
      size: number,
      used: word,
      health: word,
      wearout: word,
      rpm: number,
    }),
    { query: ['skipsmart', 'include-partitions'], right: audit('/'), timeoutMs: 60_000 },
  ),
  tasks: list('/nodes/{node}/tasks', taskSchema, {
    query: ['typefilter', 'source', 'since', 'limit', 'errors', 'start'],
    timeoutMs: 20_000,
  }),
  /** Lines of a task's log, oldest first; `limit` 0 is all of them. */
  taskLog: list('/nodes/{node}/tasks/{upid}/log', z.object({ n: number, t: word }), {
    query: ['limit', 'start'],
    timeoutMs: 20_000,
  }),
  certificates: list(
    '/nodes/{node}/certificates/info',
    z.object({
      filename: word,
      fingerprint: word,
      subject: word,
      issuer: word,
      san: z.array(z.string()).catch([]),
      notbefore: number,
      notafter: number,
    }),
    {},
  ),
  backupJobs: list(
    '/cluster/backup',
    z.object({
      id: name,
      enabled: flag,
      schedule: word,
      storage: word,
      node: word,
      all: flag,
      vmid: word,
      exclude: word,
      pool: word,
      mode: word,
      comment: word,
      'next-run': number,
    }),
    { right: audit('/') },
  ),
  notBackedUp: list('/cluster/backup-info/not-backed-up', z.object({ vmid, name: word, type: word }), {
    right: audit('/'),
  }),
  storageContent: list(
    '/nodes/{node}/storage/{storage}/content',
    z.object({
      volid: name,
      vmid: number,
      ctime: number,
      size: number,
      format: word,
      notes: word,
      protected: flag,
      encrypted: word,
      verification: z.object({ state: word, upid: word }).optional().catch(undefined),
    }),
    { query: ['content', 'vmid'], right: storageAudit, timeoutMs: 60_000, maxBytes: 16 * MIB },
  ),
  replicationJobs: list(
    '/cluster/replication',
    z.object({
      id: name,
      guest: number,
      source: word,
      target: word,
      schedule: word,
      disable: flag,
      comment: word,
    }),
    {},
  ),
  nodeReplication: list(
    '/nodes/{node}/replication',
    z.object({
      id: name,
      guest: number,
      target: word,
      last_sync: number,
      last_try: number,
      next_sync: number,
      duration: number,
      fail_count: number,
      error: word,
    }),
    {},
  ),
  haStatus: list(
    '/cluster/ha/status/current',
    z.object({
      id: name,
      type: word,
      node: word,
      status: word,
      state: word,
      sid: word,
      crm_state: word,
      request_state: word,
      quorate: flag,
      timestamp: number,
    }),
    { right: audit('/') },
  ),
} as const

/** A row of `metrics`. */
export const METRIC_POINT = metricPointSchema
