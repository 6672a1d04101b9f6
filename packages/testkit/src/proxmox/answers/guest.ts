import { createHash } from 'node:crypto'
import type { GuestSpec } from '../cluster-spec.ts'
import { type Answer, ApiFault, type Asked, askedGuest, share } from './asked.ts'

export const qemuList: Answer = (asked) => list(asked, 'qemu')

/** As Proxmox has it, container ids are strings here. */
export const lxcList: Answer = (asked) =>
  list(asked, 'lxc').map((row) => ({ ...row, vmid: String(row.vmid), type: 'lxc' }))

function list(asked: Asked, type: GuestSpec['type']): Record<string, unknown>[] {
  const { timeline, target, rights, now } = asked
  return timeline
    .guestsOf(target.name, now)
    .filter((guest) => guest.type === type && rights.has(`/vms/${guest.vmid}`, 'VM.Audit'))
    .map((guest) => live(asked, guest))
}

/** CPU is 0, as on the first call a worker of pvedaemon gets: it has nothing to compare with. */
export const qemuStatus: Answer = (asked) => ({
  ...live(asked, askedGuest(asked, 'qemu')),
  ...{ cpu: 0, ha: { managed: isManaged(asked) } },
})

export const lxcStatus: Answer = (asked) => ({
  ...live(asked, askedGuest(asked, 'lxc')),
  ...{ cpu: 0, ha: { managed: isManaged(asked) }, type: 'lxc' },
})

const isManaged = ({ timeline, parameters }: Asked) =>
  timeline.spec.ha.includes(Number(parameters.vmid)) ? 1 : 0

/** Of this moment. */
function live({ truth, major, now }: Asked, { vmid, type, state, tags }: GuestSpec): Record<string, unknown> {
  const guest = truth.guest(vmid)
  const { cores, memoryBytes, diskBytes } = guest.spec
  const counters = guest.counters(now)
  const isRunning = counters !== undefined
  return {
    ...{ vmid, name: guest.name(now), status: isRunning ? 'running' : 'stopped', cpus: cores },
    ...{
      maxmem: memoryBytes,
      maxdisk: diskBytes,
      uptime: guest.uptimeS(now) ?? 0,
      cpu: share(guest.cpu(now)),
    },
    ...{ mem: guest.memUsedBytes(now) ?? 0, disk: guest.diskUsedBytes(now) ?? 0 },
    ...{ netin: counters?.netIn ?? 0, netout: counters?.netOut ?? 0 },
    ...{ diskread: counters?.diskRead ?? 0, diskwrite: counters?.diskWrite ?? 0 },
    ...(type === 'lxc' && { maxswap: memoryBytes / 2, swap: 0 }),
    ...(type === 'qemu' && isRunning && { pid: 100_000 + vmid, qmpstatus: 'running' }),
    ...(type === 'qemu' && major === 9 && { memhost: guest.memHostBytes(now) ?? 0 }),
    ...(state === 'template' && { template: 1 }),
    ...(tags !== undefined && { tags }),
  }
}

export const qemuConfig: Answer = (asked) => {
  const guest = askedGuest(asked, 'qemu')
  const { vmid, cores, memoryBytes, diskBytes, storage, mac, agent, state, isOnBoot, tags } = guest
  return {
    name: asked.timeline.guestName(guest, asked.now),
    ...{ cores, sockets: 1, cpu: 'x86-64-v2-AES', memory: String(memoryBytes / 1024 ** 2), ostype: 'l26' },
    ...{ scsihw: 'virtio-scsi-single', boot: 'order=scsi0', vmgenid: uuidOf(`generation ${vmid}`) },
    scsi0: `${storage}:vm-${vmid}-disk-0,iothread=1,size=${diskBytes / 1024 ** 3}G`,
    net0: `virtio=${mac},bridge=vmbr0,firewall=1`,
    smbios1: `uuid=${guestUuid(vmid)}`,
    digest: digestOf(vmid),
    ...(agent !== 'off' && { agent: '1' }),
    ...(isOnBoot && { onboot: 1 }),
    ...(state === 'template' && { template: 1 }),
    ...(tags !== undefined && { tags }),
  }
}

export const lxcConfig: Answer = (asked) => {
  const guest = askedGuest(asked, 'lxc')
  const { vmid, cores, memoryBytes, diskBytes, storage, mac, state, isOnBoot, tags } = guest
  return {
    hostname: asked.timeline.guestName(guest, asked.now),
    ...{
      arch: 'amd64',
      cores,
      memory: memoryBytes / 1024 ** 2,
      swap: 512,
      ostype: 'debian',
      unprivileged: 1,
    },
    net0: `name=eth0,bridge=vmbr0,firewall=1,hwaddr=${mac},ip=dhcp,type=veth`,
    rootfs: `${storage}:subvol-${vmid}-disk-0,size=${diskBytes / 1024 ** 3}G`,
    ...{ features: 'nesting=1', digest: digestOf(vmid) },
    ...(isOnBoot && { onboot: 1 }),
    ...(state === 'template' && { template: 1 }),
    ...(tags !== undefined && { tags }),
  }
}

/** A stopped container has none, as its init has no network to look into. */
export const lxcInterfaces: Answer = (asked) => {
  const { vmid, mac } = askedGuest(asked, 'lxc')
  if (asked.truth.guest(vmid).run(asked.now) === undefined) return []
  const row = (name: string, hwaddr: string, address: string, prefix: number) => ({
    ...{ name, hwaddr, 'hardware-address': hwaddr, inet: `${address}/${prefix}` },
    'ip-addresses': [{ 'ip-address': address, 'ip-address-type': 'inet', prefix }],
  })
  return [row('lo', '00:00:00:00:00:00', '127.0.0.1', 8), row('eth0', mac.toLowerCase(), addressOf(vmid), 24)]
}

/** What every call to the guest agent begins with. */
function answeringGuest(asked: Asked): GuestSpec {
  const guest = askedGuest(asked, 'qemu')
  if (asked.truth.guest(guest.vmid).run(asked.now) === undefined)
    throw new ApiFault(500, `VM ${guest.vmid} is not running`)
  if (guest.agent === 'off') throw new ApiFault(500, 'No QEMU guest agent configured')
  if (guest.agent === 'silent') throw new ApiFault(500, 'QEMU guest agent is not running')
  return guest
}

export const agentFilesystems: Answer = (asked) => {
  const { vmid, diskBytes } = answeringGuest(asked)
  const disk = [
    { dev: '/dev/sda1', serial: '0QEMU_QEMU_HARDDISK_drive-scsi0', 'bus-type': 'scsi', bus: 0, target: 0 },
  ]
  const sized = { 'total-bytes': diskBytes, 'used-bytes': asked.truth.guest(vmid).insideUsedBytes(asked.now) }
  return {
    result: [
      { name: 'sda1', mountpoint: '/', type: 'ext4', ...sized, disk },
      { name: 'sr0', mountpoint: '/media/cdrom', type: 'iso9660', disk: [] },
    ],
  }
}

export const agentHostName: Answer = (asked) => {
  const guest = answeringGuest(asked)
  return { result: { 'host-name': asked.timeline.guestName(guest, asked.now) } }
}

export const agentSystem: Answer = (asked) => {
  answeringGuest(asked)
  const debian = { id: 'debian', name: 'Debian GNU/Linux', version: '12 (bookworm)', 'version-id': '12' }
  const kernel = { 'kernel-release': '6.1.0-28-amd64', machine: 'x86_64' }
  return { result: { ...debian, 'pretty-name': 'Debian GNU/Linux 12 (bookworm)', ...kernel } }
}

export const agentInterfaces: Answer = (asked) => {
  const { vmid, mac } = answeringGuest(asked)
  const row = (name: string, hardware: string, address: string, prefix: number) => ({
    ...{ name, 'hardware-address': hardware },
    'ip-addresses': [{ 'ip-address': address, 'ip-address-type': 'ipv4', prefix }],
  })
  return {
    result: [
      row('lo', '00:00:00:00:00:00', '127.0.0.1', 8),
      row('ens18', mac.toLowerCase(), addressOf(vmid), 24),
    ],
  }
}

/** What `smbios1` gives a VM, and what its DMI tables say inside. */
export const guestUuid = (vmid: number): string => uuidOf(`guest ${vmid}`)

const addressOf = (vmid: number): string => `192.168.${2 + (vmid >> 8)}.${vmid & 0xff}`
const digestOf = (vmid: number): string => createHash('sha1').update(`config ${vmid}`).digest('hex')

function uuidOf(text: string): string {
  const hex = createHash('sha1').update(text).digest('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}
