import { tidy } from '../engine/parse-list.ts'

/** What a Proxmox guest's configuration says. */
export interface GuestConfig {
  name: string | undefined
  /** CPUs it sees; undefined for an LXC without a limit. */
  cores: number | undefined
  memoryBytes: number | undefined
  isTemplate: boolean
}

const MEBIBYTE = 1024 * 1024

/** `/etc/pve/lxc/<vmid>.conf` and `/etc/pve/qemu-server/<vmid>.conf` (pct.conf(5), qm.conf(5)): `key: value` lines
 * up to the first section, which is a snapshot's. */
export function parseGuestConfig(text: string, kind: 'lxc' | 'qemu'): GuestConfig {
  const values = new Map<string, string>()
  for (const line of text.split('\n')) {
    if (line.startsWith('[')) break
    const match = /^([a-z][\w-]*):\s*(.*?)\s*$/.exec(line)
    if (match !== null) values.set(match[1]!, match[2]!)
  }
  const name = values.get(kind === 'lxc' ? 'hostname' : 'name')
  const memory = amount(values.get('memory')?.replace(/^current=/, '')) ?? 512
  return {
    name: name === undefined || name === '' ? undefined : tidy(name, 256),
    cores: kind === 'lxc' ? coresOfLxc(values) : coresOfQemu(values),
    memoryBytes: memory * MEBIBYTE,
    isTemplate: values.get('template') === '1',
  }
}

function coresOfLxc(values: ReadonlyMap<string, string>): number | undefined {
  const limits = [amount(values.get('cores')), amount(values.get('cpulimit'))]
  const least = Math.min(...limits.filter((limit) => limit !== undefined && limit > 0).map(Number))
  return Number.isFinite(least) ? least : undefined
}

function coresOfQemu(values: ReadonlyMap<string, string>): number {
  const all = (amount(values.get('sockets')) ?? 1) * (amount(values.get('cores')) ?? 1)
  return amount(values.get('vcpus')) ?? all
}

function amount(text: string | undefined): number | undefined {
  const value = Number.parseFloat(text ?? '')
  return value >= 0 && Number.isFinite(value) ? value : undefined
}
