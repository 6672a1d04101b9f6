import type { HostSummary } from '@lumen/protocol/http/hosts'
import { t } from '../../i18n/t.ts'

const KINDS = {
  none: 'kind.none',
  vm: 'kind.vm',
  lxc: 'kind.lxc',
  docker: 'kind.docker',
  'docker-in-lxc': 'kind.dockerInLxc',
  podman: 'kind.podman',
  'proxmox-node': 'kind.proxmoxNode',
} as const

/** `Bare metal`, `VM`, `LXC`…; undefined while unknown. */
export function kindOf(host: HostSummary): string | undefined {
  if (host.kind === 'proxmox-cluster') return t('kind.proxmoxCluster')
  if (host.kind === 'proxmox-node') return t('kind.proxmoxNode')
  const virt = host.facts?.virt
  return virt !== undefined && virt in KINDS ? t(KINDS[virt as keyof typeof KINDS]) : undefined
}

/** One line of what a host is: kind and system, once where both have one name. */
export function whatItIs(host: HostSummary): string {
  const words = new Set([kindOf(host), shortSystem(host.facts?.os)])
  return [...words].filter(Boolean).join(' · ') || t('fleet.unknownKind')
}

/** `Debian GNU/Linux 12 (bookworm)` → `Debian 12`: what fits a card and still tells systems apart. */
export function shortSystem(name: string | undefined): string | undefined {
  return name?.replace(' GNU/Linux', '').replace(/ \([^()]*\)$/, '')
}
