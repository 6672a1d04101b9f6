import { getProxmox } from '@lumen/protocol/http/proxmox/cluster'
import {
  changeProxmox,
  createProxmox,
  deleteProxmox,
  listProxmox,
  probeProxmox,
  proxmoxCommands,
  testProxmox,
  testSavedProxmox,
} from '@lumen/protocol/http/proxmox/connections'
import { CREATE_COMMANDS } from '../../proxmox/connections/create-commands.ts'
import { probeAddresses } from '../../proxmox/connections/probe-addresses.ts'
import type { Proxmox } from '../../proxmox/proxmox.ts'
import type { Router } from '../router.ts'

export function mountProxmoxRoutes(router: Router, { proxmox }: { proxmox: Proxmox }): void {
  router.private(listProxmox, () => ({ connections: proxmox.list() }))
  router.private(createProxmox, async ({ body }) => ({ connection: await proxmox.add(body) }))
  router.private(proxmoxCommands, () => CREATE_COMMANDS)
  router.private(testProxmox, ({ body }) => proxmox.test(body))
  router.private(probeProxmox, async ({ body }) => ({
    probes: await probeAddresses(body.kind, body.addresses),
  }))
  router.private(getProxmox, ({ params }) => proxmox.detail(params.id))
  router.private(changeProxmox, async ({ params, body }) => ({
    connection: await proxmox.change(params.id, body),
  }))
  router.private(testSavedProxmox, ({ params }) => proxmox.testSaved(params.id))
  router.private(deleteProxmox, async ({ params, query }) => {
    await proxmox.remove(params.id, query.history)
    return undefined
  })
}
