import { DAY, HOUR } from '@lumen/model/time'
import { seededRandom } from '../random.ts'
import type {
  ClusterSpec,
  DiskSpec,
  GuestSpec,
  NodeSpec,
  PoolSpec,
  PveRelease,
  StorageSpec,
} from './cluster-spec.ts'

export interface SampleOptions {
  /** The present of the cluster, epoch ms: history ends and events begin around it. */
  now: number
  release?: PveRelease
  nodes?: number
  /** In all. */
  guests?: number
  hasCeph?: boolean
  /** How far back history goes, ms; a year and a half unless told. */
  historyMs?: number
  /** Before `now`, ms: a PVE 9 that was a PVE 8 until then. */
  upgradedMsAgo?: number
  seed?: number
  /** Of the corosync cluster. */
  name?: string
}

const GIB = 1024 ** 3
const TIB = 1024 ** 4
const NAMES = [
  ...['dns', 'proxy', 'git', 'mail', 'home-assistant', 'nas', 'media', 'vpn', 'web', 'db'],
  ...['ci', 'monitoring', 'wiki', 'cloud', 'win11', 'registry', 'mqtt', 'photos', 'backup-client', 'game'],
]

/** A cluster like those people have: nodes with ZFS, guests of both types, some stopped, some templates, storages
 * shared and not, nightly backups of most guests, one replication and two guests under HA. The same for the same
 * options. One node is a standalone one. */
export function sampleCluster(options: SampleOptions): ClusterSpec {
  const {
    now,
    release = '9.1',
    nodes: nodeCount = 3,
    guests: guestCount = 40,
    hasCeph = false,
    seed = 1,
  } = options
  const bornAt = now - (options.historyMs ?? 550 * DAY)
  const random = seededRandom(seed)
  const nodes = Array.from({ length: nodeCount }, (_, index) => sampleNode(index, now, bornAt, random()))
  const guests = Array.from({ length: guestCount }, (_, index) =>
    sampleGuest(index, nodes[index % nodeCount]!.name, now, bornAt, random()),
  )
  const backedUp = guests.filter(({ state }, index) => state !== 'template' && index % 10 !== 6)
  const important = backedUp.filter(({ tags }) => tags === 'prod')
  return {
    ...(nodeCount > 1 && { name: options.name ?? 'homelab' }),
    release,
    bornAt,
    ...(options.upgradedMsAgo !== undefined && { upgradedAt: now - options.upgradedMsAgo }),
    nodes,
    guests,
    storages: sampleStorages(hasCeph),
    backupJobs: [
      { id: 'backup-nightly', hour: 1, storage: 'nas', guests: backedUp.map(({ vmid }) => vmid), keep: 7 },
      { id: 'backup-offsite', hour: 3, storage: 'pbs', guests: important.map(({ vmid }) => vmid), keep: 14 },
    ],
    replications:
      nodeCount > 1 && guests.length > 3 ? [{ guest: guests[3]!.vmid, target: nodes[1]!.name }] : [],
    ha: nodeCount > 2 ? guests.slice(0, 2).map(({ vmid }) => vmid) : [],
    seed,
  }
}

function sampleNode(index: number, now: number, bornAt: number, chance: number): NodeSpec {
  return {
    name: `pve${index + 1}`,
    address: `192.168.1.${11 + index}`,
    cores: [8, 16, 4][index % 3]!,
    memoryBytes: [64, 128, 32][index % 3]! * GIB,
    rootBytes: 94 * GIB,
    bootedAt: Math.max(bornAt + HOUR, now - Math.floor((20 + 40 * chance) * DAY)),
    load: 0.08 + 0.25 * chance,
    pools: [pool('rpool', 2 * TIB, ['nvme-SAMSUNG_MZVL22T0HBLB_S6', 'nvme-SAMSUNG_MZVL22T0HBLB_S7'], index)],
    disks: disks(index),
  }
}

function pool(name: string, sizeBytes: number, devices: readonly string[], index: number): PoolSpec {
  return { name, sizeBytes, devices: devices.map((device) => `${device}${index}`) }
}

function disks(index: number): DiskSpec[] {
  const nvme = { kind: 'nvme', model: 'SAMSUNG MZVL22T0HBLB-00B00', sizeBytes: 2 * TIB, use: 'ZFS' } as const
  return [
    { ...nvme, path: '/dev/nvme0n1', serial: `S676NX0R${index}01`, wearout: 94 },
    { ...nvme, path: '/dev/nvme1n1', serial: `S676NX0R${index}02`, wearout: 93 },
    {
      ...{ path: '/dev/sda', kind: 'hdd', model: 'WDC WD40EFRX-68N32N0', serial: `WD-WCC7K${index}` },
      ...{ sizeBytes: 4 * TIB, use: 'ext4', wearout: 'N/A' },
    },
  ]
}

function sampleGuest(index: number, node: string, now: number, bornAt: number, chance: number): GuestSpec {
  const vmid = 100 + index
  const type = index % 2 === 0 ? 'lxc' : 'qemu'
  const isTemplate = index % 20 === 17 || index % 20 === 18
  const isStopped = index % 10 === 5
  const round = Math.floor(index / NAMES.length)
  const name = NAMES[index % NAMES.length]!
  const createdAt = bornAt + Math.floor(chance * 0.3 * (now - bornAt))
  return {
    vmid,
    type,
    name: isTemplate ? `template-${vmid}` : round === 0 ? name : `${name}-${round + 1}`,
    node,
    cores: [1, 2, 4][index % 3]!,
    memoryBytes: [1, 2, 4, 8][index % 4]! * GIB,
    diskBytes: [8, 16, 32, 64][index % 4]! * GIB,
    state: isTemplate ? 'template' : isStopped ? 'stopped' : 'running',
    isOnBoot: !isTemplate && !isStopped,
    load: 0.02 + 0.4 * chance ** 2,
    storage: 'local-zfs',
    createdAt,
    startedAt: Math.max(createdAt + HOUR, now - Math.floor((1 + 18 * chance) * DAY)),
    mac: `BC:24:11:00:${hexByte(index >> 8)}:${hexByte(index)}`,
    agent: type === 'lxc' ? 'off' : (['answering', 'silent', 'answering', 'off'] as const)[(index >> 1) % 4]!,
    ...(index % 4 === 0 && { tags: 'prod' }),
  }
}

function sampleStorages(hasCeph: boolean): StorageSpec[] {
  const own = { isShared: false }
  const shared = { isShared: true, totalBytes: 12 * TIB }
  const ceph: StorageSpec = { name: 'ceph', type: 'rbd', content: 'images,rootdir', ...shared, used: 0.37 }
  return [
    { name: 'local', type: 'dir', content: 'backup,iso,vztmpl', ...own, totalBytes: 94 * GIB, used: 0.31 },
    {
      name: 'local-zfs',
      type: 'zfspool',
      content: 'images,rootdir',
      ...own,
      totalBytes: 1_800 * GIB,
      used: 0.44,
    },
    { name: 'nas', type: 'nfs', content: 'backup,images,iso', ...shared, used: 0.62 },
    { name: 'pbs', type: 'pbs', content: 'backup', ...shared, used: 0.48 },
    ...(hasCeph ? [ceph] : []),
  ]
}

const hexByte = (value: number): string => (value & 0xff).toString(16).toUpperCase().padStart(2, '0')
