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
  ...ALLOWED_CORES_READS,
] as const satisfies Reads

const MAX_IPS = 16

/** What this machine is. Unknown facts are left out; cost: about thirty small files. */
export function readFacts(roots: Roots, environment = detectEnvironment(roots)): Facts {
  if (process.platform !== 'linux') return { ...portableFacts(), ips: ownAddresses() }
  const { procRoot, rootfs } = roots
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
  const ips = ownAddresses()
  if (ips.length > 0) facts.ips = ips
  return facts
}

/** Addresses of this network namespace that others can reach, without loopback and link-local ones. */
function ownAddresses(): string[] {
  const addresses = attempt(() => Object.entries(networkInterfaces())) ?? []
  return addresses
    .filter(([name]) => !/^(lo|docker\d|br-|veth|virbr|cni|flannel)/.test(name))
    .flatMap(([, list]) => list ?? [])
    .filter(({ internal, address }) => !internal && !/^(fe80:|169\.254\.)/i.test(address))
    .map(({ address }) => address)
    .slice(0, MAX_IPS)
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
