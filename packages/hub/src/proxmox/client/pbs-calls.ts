import { z } from 'zod'
import { list, one, type Right } from './call.ts'
import { finite, flag, name, number, word } from './lenient.ts'

/** Calls Lumen makes to a Proxmox Backup Server: GET alone. Role Audit covers them. */

const MIB = 1024 * 1024
const datastore: Right = { path: '/datastore/{store}', privileges: ['Datastore.Audit'] }

const jobSchema = z.object({
  id: name,
  store: word,
  ns: word,
  schedule: word,
  disable: flag,
  'last-run-state': word,
  'last-run-endtime': number,
  'last-run-upid': word,
  'next-run': number,
  comment: word,
})

export const PBS = {
  version: one('/version', z.object({ version: name, release: word }), {}),
  permissions: one('/access/permissions', z.record(z.string(), z.record(z.string(), z.unknown())), {
    query: ['path'],
  }),
  datastoreUsage: list(
    '/status/datastore-usage',
    z.object({
      store: name,
      total: number,
      used: number,
      avail: number,
      'estimated-full-date': number,
      error: word,
      'gc-status': z
        .object({ 'disk-bytes': number, 'index-data-bytes': number, 'pending-bytes': number, upid: word })
        .optional()
        .catch(undefined),
    }),
    { timeoutMs: 20_000 },
  ),
  groups: list(
    '/admin/datastore/{store}/groups',
    z.object({
      'backup-type': name,
      'backup-id': name,
      'last-backup': number,
      'backup-count': number,
      owner: word,
      comment: word,
    }),
    { query: ['ns'], right: datastore, timeoutMs: 60_000, maxBytes: 16 * MIB },
  ),
  tasks: list(
    '/nodes/localhost/tasks',
    z.object({
      upid: name,
      worker_type: word,
      worker_id: word,
      user: word,
      starttime: finite,
      endtime: number,
      status: word,
    }),
    {
      query: ['since', 'limit', 'errors', 'start'],
      right: { path: '/system/tasks', privileges: ['Sys.Audit'] },
      timeoutMs: 20_000,
    },
  ),
  verifyJobs: list('/admin/verify', jobSchema, {}),
  pruneJobs: list('/admin/prune', jobSchema, {}),
  syncJobs: list('/admin/sync', jobSchema, {}),
  collections: list('/admin/gc', jobSchema.extend({ id: word }), {}),
} as const
