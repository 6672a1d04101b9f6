import { RELEASES } from '../cluster-spec.ts'
import { type Answer, share } from './asked.ts'
import { SWAP_BYTES } from './metrics-export.ts'

/** Of this moment, not of pvestatd's last round. Load averages are strings; ARC is inside used. */
export const nodeStatus: Answer = ({ truth, timeline, target, major, now }) => {
  const node = truth.node(target.name)
  const { version, repoid, kernel } = RELEASES[timeline.spec.release]
  const { memoryBytes, rootBytes, cores } = target
  const used = node.memUsedBytes(now) ?? 0
  const rootUsed = node.rootUsedBytes(now) ?? 0
  const swapUsed = Math.floor(node.quantities.swap.signal.at(now) * SWAP_BYTES)
  const load = (node.cpu(now) ?? 0) * cores
  return {
    uptime: node.uptimeS(now) ?? 0,
    idle: 0,
    cpu: share(node.cpu(now)),
    wait: share(node.iowait(now)),
    cpuinfo: {
      ...{ model: 'Intel(R) Core(TM) i5-12400', sockets: 1, cores: Math.ceil(cores / 2), cpus: cores },
      ...{ mhz: '2500.000', hvm: '1', user_hz: 100, flags: 'fpu vme de pse tsc msr' },
    },
    loadavg: [load, load * 0.97, load * 0.95].map((value) => value.toFixed(2)),
    memory: {
      ...{ total: memoryBytes, used, free: memoryBytes - used },
      ...(major === 9 && { available: memoryBytes - used }),
    },
    swap: { total: SWAP_BYTES, used: swapUsed, free: SWAP_BYTES - swapUsed },
    rootfs: { total: rootBytes, used: rootUsed, free: rootBytes - rootUsed, avail: rootBytes - rootUsed },
    ksm: { shared: 0 },
    pveversion: `pve-manager/${version}/${repoid}`,
    kversion: `Linux ${kernel} #1 SMP PREEMPT_DYNAMIC`,
    'current-kernel': {
      sysname: 'Linux',
      release: kernel,
      version: '#1 SMP PREEMPT_DYNAMIC',
      machine: 'x86_64',
    },
    'boot-info': { mode: 'efi', secureboot: 0 },
  }
}

export const certificateInfo: Answer = ({ certificateOf, target }) => {
  const { fingerprint, notBeforeMs, notAfterMs, pem, names, subject, issuer } = certificateOf(target.name)
  return [
    {
      ...{ filename: 'pve-ssl.pem', fingerprint, pem, san: names, subject, issuer },
      ...{ notbefore: Math.floor(notBeforeMs / 1_000), notafter: Math.floor(notAfterMs / 1_000) },
      ...{ 'public-key-type': 'id-ecPublicKey', 'public-key-bits': 256 },
    },
  ]
}

/** Every path that matters with the caller's rights on it; `path` asks about one. */
export const permissions: Answer = ({ rights, timeline, parameters, now }) => {
  const { spec } = timeline
  const paths = parameters.path
    ? [parameters.path]
    : [
        ...['/', '/nodes', '/vms', '/storage', '/access', '/pool', '/sdn'],
        ...spec.nodes.map(({ name }) => `/nodes/${timeline.nodeName(name, now)}`),
        ...spec.storages.map(({ name }) => `/storage/${name}`),
      ]
  const held = paths.map((path) => [path, [...rights.at(path)]] as const)
  const found = held.filter(([, privileges]) => privileges.length > 0)
  return Object.fromEntries(
    found.map(([path, privileges]) => [path, Object.fromEntries(privileges.map((name) => [name, 1]))]),
  )
}
