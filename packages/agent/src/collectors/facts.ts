import { hostname, networkInterfaces } from 'node:os'
import type { Facts } from '@lumen/protocol/agent/facts'
import type { Roots } from '../config.ts'
import { ALLOWED_CORES_READS, allowedCores } from '../environment/allowed-cores.ts'
import { detectEnvironment } from '../environment/environment.ts'
import { safeLine } from '../environment/safe-text.ts'
import { readKernelText } from '../kernel-text.ts'
import { parseCpuModel } from '../procfs/cpuinfo.ts'
import { parseMeminfo } from '../procfs/meminfo.ts'
import type { Reads } from '../reads.ts'
import { portableFacts } from './portable.ts'

export const FACTS_READS = [
  '{root}/etc/os-release',
  '{root}/usr/lib/os-release',
  '{proc}/sys/kernel/osrelease',
  '{proc}/sys/kernel/hostname',
  '{proc}/cpuinfo',
  '{proc}/meminfo',
  '{sys}/class/dmi/id/product_uuid',
  ...ALLOWED_CORES_READS,
] as const satisfies Reads

const MAX_IPS = 16

/** What this machine is. Unknown facts are left out; cost: about thirty small files. */
export function readFacts(roots: Roots, environment = detectEnvironment(roots)): Facts {
  const { ips, macs } = ownAddresses()
  if (process.platform !== 'linux') return { ...portableFacts(), ips, macs }
  const { procRoot, sysRoot, rootfs } = roots
  const facts: Facts = { arch: process.arch, virt: environment.kind }
  const os = osName(`${rootfs}/etc/os-release`) ?? osName(`${rootfs}/usr/lib/os-release`)
  if (os !== undefined) facts.os = os
  const kernel = safeLine(`${procRoot}/sys/kernel/osrelease`)
  if (kernel !== undefined) facts.kernel = kernel.slice(0, 256)
  facts.hostname = (safeLine(`${procRoot}/sys/kernel/hostname`) ?? hostname()).slice(0, 256)
  const cpuModel = attempt(() => parseCpuModel(readKernelText(`${procRoot}/cpuinfo`) ?? ''))
  if (cpuModel !== undefined) facts.cpu_model = cpuModel.slice(0, 256)
  const cores = allowedCores(roots, environment)
  if (cores !== undefined) facts.cores = Math.ceil(cores)
  const total = attempt(() => parseMeminfo(readKernelText(`${procRoot}/meminfo`) ?? '').totalBytes)
  if (total !== undefined) facts.mem_total_bytes = total
  if (ips.length > 0) facts.ips = ips
  if (macs.length > 0) facts.macs = macs
  const uuid = environment.kind === 'vm' ? machineUuid(`${sysRoot}/class/dmi/id/product_uuid`) : undefined
  if (uuid !== undefined) facts.machine_uuid = uuid
  return facts
}

/** Addresses of this network namespace that others can reach, without loopback and link-local ones, and the MAC addresses
 * of their interfaces. */
function ownAddresses(): { ips: string[]; macs: string[] } {
  const all = attempt(() => Object.entries(networkInterfaces())) ?? []
  const outside = all
    .filter(([name]) => !/^(lo|docker\d|br-|veth|virbr|cni|flannel)/.test(name))
    .flatMap(([, list]) => list ?? [])
    .filter(({ internal, address }) => !internal && !/^(fe80:|169\.254\.)/i.test(address))
  const macs = outside.map(({ mac }) => mac.toLowerCase()).filter((mac) => mac !== '00:00:00:00:00:00')
  return {
    ips: outside.map(({ address }) => address).slice(0, MAX_IPS),
    macs: [...new Set(macs)].slice(0, MAX_IPS),
  }
}

function machineUuid(path: string): string | undefined {
  const uuid = attempt(() => safeLine(path))?.toLowerCase()
  return uuid !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid) ? uuid : undefined
}

function osName(path: string): string | undefined {
  const match = /^PRETTY_NAME=(?:"([^"\n]*)"|'([^'\n]*)'|(.*))$/m.exec(
    attempt(() => readKernelText(path)) ?? '',
  )
  const name = match?.[1] ?? match?.[2] ?? match?.[3]?.trim()
  return name === undefined || name === '' ? undefined : name.slice(0, 256)
}

/** Facts are a courtesy: one that cannot be read is left out, its collector reports the fault. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
