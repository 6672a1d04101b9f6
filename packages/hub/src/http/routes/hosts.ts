import { HOUR } from '@lumen/model/time'
import { getHostEvents } from '@lumen/protocol/http/events'
import {
  changeHost,
  createHost,
  deleteHost,
  getHost,
  listHosts,
  rotateToken,
} from '@lumen/protocol/http/hosts'
import type { HostLink } from '@lumen/protocol/http/proxmox/machine-links'
import { listTags } from '@lumen/protocol/http/tags'
import type { Clock } from '@lumen/std/clock'
import type { Tsdb } from '@lumen/tsdb/api'
import type { HostRecord } from '../../hosts/host-record.ts'
import type { HostRegistry } from '../../hosts/host-registry.ts'
import type { HostSummaries } from '../../hosts/host-summary.ts'
import { countTags } from '../../hosts/tags.ts'
import { hostGaps } from '../../query/host-gaps.ts'
import { checkRange } from '../../query/query-history.ts'
import { Refusal } from '../../refusal.ts'
import type { Client } from '../client.ts'
import type { Router } from '../router.ts'

export interface HostRouteParts {
  registry: HostRegistry
  summaries: HostSummaries
  tsdb: Tsdb
  clock: Clock
  /** Deletes a host with its history. */
  removeHost(host: HostRecord): Promise<void>
  /** The line that installs or updates an agent, or null. */
  installCommand(client: Client): Promise<string | null>
  /** The same machine seen from the other side. */
  linkOf(host: HostRecord): HostLink | null
}

export function mountHostRoutes(router: Router, parts: HostRouteParts): void {
  const { registry, summaries, tsdb, clock } = parts
  const known = (id: number): HostRecord => {
    const host = registry.get(id)
    if (host === undefined) throw new Refusal(404, 'host_unknown', 'There is no host with this id')
    return host
  }

  router.private(listHosts, () => ({ hosts: Array.from(registry.list(), (host) => summaries.of(host)) }))

  router.private(listTags, () => ({ tags: countTags(registry.list()) }))

  router.private(createHost, async ({ body }) => {
    const { host, token } = await registry.add(body.name)
    return { host: summaries.of(host), token }
  })

  router.private(getHost, async ({ params, client }) => {
    const record = known(params.id)
    const host = summaries.of(record)
    const update_command = host.outdated ? await parts.installCommand(client) : null
    return { host, update_command, link: parts.linkOf(record) }
  })

  router.private(changeHost, async ({ params, body }) => {
    const host = known(params.id)
    const { name, tags, ...wishes } = body
    if (name !== undefined) await registry.rename(host, name)
    if (tags !== undefined) await registry.setTags(host, tags)
    if (Object.keys(wishes).length > 0) await registry.setWishes(host, wishes)
    return { host: summaries.of(host) }
  })

  router.private(deleteHost, async ({ params }) => {
    await parts.removeHost(known(params.id))
    return undefined
  })

  router.private(rotateToken, async ({ params }) => {
    const host = known(params.id)
    const token = await registry.rotate(host)
    return { host: summaries.of(host), token }
  })

  router.private(getHostEvents, async ({ params, query }) => {
    const to = query.to ?? clock.now() + 1
    const range = checkRange({ from: query.from ?? to - 24 * HOUR, to })
    const host = known(params.id)
    const [events, gaps] = await Promise.all([
      tsdb.events(host.id, range),
      hostGaps(tsdb, host, range, clock.now()),
    ])
    return { events: events.map((event) => ({ ...event, detail: { ...event.detail } })), gaps }
  })
}
