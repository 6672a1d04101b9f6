import type { getProxmox } from '@lumen/protocol/http/proxmox/cluster'
import type {
  decideMachineLink,
  listMachineLinks,
  undoMachineLink,
} from '@lumen/protocol/http/proxmox/machine-links'
import { declare } from './calls.ts'

/** What only the Proxmox page and its neighbours ask for. */
export const proxmoxCalls = {
  getProxmox: declare<typeof getProxmox>('GET', '/api/proxmox/:id'),
  listMachineLinks: declare<typeof listMachineLinks>('GET', '/api/machine-links'),
  decideMachineLink: declare<typeof decideMachineLink>('PUT', '/api/machine-links'),
  undoMachineLink: declare<typeof undoMachineLink>('POST', '/api/machine-links/undo'),
}
