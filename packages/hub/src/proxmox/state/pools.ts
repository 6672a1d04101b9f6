import type { ClusterPool } from '@lumen/protocol/http/proxmox/cluster'
import type { Answer } from '../client/call.ts'
import { toNumber } from '../client/lenient.ts'
import type { PVE } from '../client/pve-calls.ts'

type ListRow = Answer<typeof PVE.zfsPools>[number]
type Detail = Answer<typeof PVE.zfsPool>

const WELL = new Set(['ONLINE', 'AVAIL', 'INUSE'])

/** A pool as the list has it, with what `zpool status` says where that could be read. */
export function readPool(node: string, row: ListRow, detail: Detail | undefined): ClusterPool {
  const errors = detail?.errors ?? null
  return {
    ...{ node, name: row.name, size_bytes: row.size ?? null, alloc_bytes: row.alloc ?? null },
    fragmentation_pct: row.frag ?? null,
    health: detail?.state ?? row.health ?? null,
    errors,
    has_errors: errors === null ? null : !/^no known data errors/i.test(errors),
    status: detail?.status ?? null,
    action: detail?.action ?? null,
    scrubbed_at: scrubbedAt(detail?.scan),
    scan: detail?.scan ?? null,
    bad_devices: detail === undefined ? [] : badDevices(detail.children),
  }
}

/** Errors of all devices and of the data; undefined when nothing says. */
export function errorCount({ errors, bad_devices }: ClusterPool): number | undefined {
  if (errors === null) return undefined
  const data = Number(/^(\d+) data errors/.exec(errors)?.[1] ?? 0)
  return data + bad_devices.reduce((sum, device) => sum + device.errors, 0)
}

/** When a scrub ended, epoch ms, from `scrub repaired 0B in 00:12:34 with 0 errors on Sun Nov  8 00:36:34 2026`. It is
 * the node's own time without a zone: taken as UTC, off by hours at most. A resilver is none. */
function scrubbedAt(scan: string | undefined): number | null {
  const [, month = '', day, clock, year] =
    /^\s*scrub repaired .* on \w{3} (\w{3})\s+(\d{1,2}) (\d{2}:\d{2}:\d{2}) (\d{4})/.exec(scan ?? '') ?? []
  const at = Date.parse(`${day} ${month} ${year} ${clock} UTC`)
  return Number.isNaN(at) ? null : at
}

/** Leaves that are not well, or that have counted errors. */
function badDevices(children: readonly unknown[], depth = 0): ClusterPool['bad_devices'] {
  if (depth > 8) return []
  return children.flatMap((child) => {
    if (typeof child !== 'object' || child === null) return []
    const { name, state, children: below } = child as Record<string, unknown>
    if (Array.isArray(below) && below.length > 0) return badDevices(below, depth + 1)
    const errors = ['read', 'write', 'cksum'].reduce((sum, kind) => {
      return sum + (toNumber((child as Record<string, unknown>)[kind]) ?? 0)
    }, 0)
    const word = typeof state === 'string' && state !== '' ? state : null
    const isWell = (word === null || WELL.has(word)) && errors === 0
    return isWell || typeof name !== 'string' ? [] : [{ name, state: word, errors: Math.round(errors) }]
  })
}
