import type { Machine } from '@lumen/protocol/http/proxmox/machine-links'
import { tp } from './texts.ts'

/** `VM mail (101)`, `node pve1`. */
export function machineText({ kind, name, vmid, node }: Machine): string {
  if (kind === 'node') return tp('pve.machine.node', node)
  return tp(`pve.machine.${kind}`, name === null ? String(vmid) : `${name} (${vmid})`)
}
