import { listContainers } from '@lumen/protocol/http/containers'
import type { Tsdb } from '@lumen/tsdb/api'
import { fleetContainers } from '../../containers/fleet-containers.ts'
import type { HostRegistry } from '../../hosts/host-registry.ts'
import type { Router } from '../router.ts'

export function mountContainerRoutes(router: Router, parts: { registry: HostRegistry; tsdb: Tsdb }): void {
  router.private(listContainers, () => ({ hosts: fleetContainers(parts) }))
}
