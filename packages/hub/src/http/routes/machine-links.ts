import {
  decideMachineLink,
  listMachineLinks,
  undoMachineLink,
} from '@lumen/protocol/http/proxmox/machine-links'
import type { MachineRef } from '../../proxmox/match/link-store.ts'
import type { MachineLinks } from '../../proxmox/match/machine-links.ts'
import type { Router } from '../router.ts'

export function mountMachineLinkRoutes(router: Router, { links }: { links: MachineLinks }): void {
  router.private(listMachineLinks, ({ query }) => ({ links: links.list(query) }))
  router.private(decideMachineLink, async ({ body }) => ({
    link: await links.decide(machineOf(body), body.host_id, body.decision),
  }))
  router.private(undoMachineLink, async ({ body }) => {
    await links.undo(machineOf(body), body.host_id)
    return undefined
  })
}

function machineOf(body: { connection_id: number; vmid: number | null; node: string | null }): MachineRef {
  return { connectionId: body.connection_id, vmid: body.vmid, node: body.node ?? '' }
}
