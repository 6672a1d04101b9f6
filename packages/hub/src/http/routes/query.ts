import { getQuery } from '@lumen/protocol/http/query'
import type { Tsdb } from '@lumen/tsdb/api'
import type { HostRegistry } from '../../hosts/host-registry.ts'
import { queryHistory } from '../../query/query-history.ts'
import type { Router } from '../router.ts'

export function mountQueryRoute(router: Router, parts: { tsdb: Tsdb; registry: HostRegistry }): void {
  router.private(getQuery, ({ query }) => queryHistory(parts, query))
}
