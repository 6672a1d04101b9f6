import type { CallShape, Shape } from './api-shapes.ts'

const optional = (type: string): Shape => ({ type, optional: 1 })
const rows = (properties: Readonly<Record<string, Shape>>): Shape => ({
  type: 'array',
  items: { type: 'object', properties },
})
const integer: Shape = { type: 'integer' }
const string: Shape = { type: 'string' }

/** When a job ran and runs, as every kind of job has it. */
const SCHEDULE: Readonly<Record<string, Shape>> = {
  schedule: optional('string'),
  comment: optional('string'),
  'next-run': optional('integer'),
  'last-run-state': optional('string'),
  'last-run-upid': optional('string'),
  'last-run-endtime': optional('integer'),
}

const jobs = (
  properties: Readonly<Record<string, Shape>>,
  parameters: Readonly<Record<string, Shape>>,
): CallShape => ({
  permissions: { user: 'all' },
  parameters,
  returns: rows({ store: string, ...SCHEDULE, ...properties }),
})

/** The GET calls Lumen may make to a backup server (PBS 3 and 4), by template. */
export const PBS_CALLS: Readonly<Record<string, CallShape>> = {
  '/version': {
    permissions: { user: 'all' },
    parameters: {},
    returns: { type: 'object', properties: { version: string, release: string, repoid: string } },
  },
  '/access/permissions': {
    permissions: { user: 'all' },
    parameters: { path: optional('string'), 'auth-id': optional('string') },
    returns: { type: 'object' },
  },
  '/status/datastore-usage': {
    permissions: { user: 'all' },
    parameters: {},
    returns: rows({
      store: string,
      ...{ total: optional('integer'), used: optional('integer'), avail: optional('integer') },
      ...{
        history: optional('array'),
        'history-start': optional('integer'),
        'history-delta': optional('integer'),
      },
      ...{
        'estimated-full-date': optional('integer'),
        error: optional('string'),
        'gc-status': optional('object'),
      },
    }),
  },
  '/admin/datastore/{store}/groups': {
    permissions: { check: ['perm', '/datastore/{store}', ['Datastore.Audit', 'Datastore.Backup'], 'any', 1] },
    parameters: { store: string, ns: optional('string') },
    returns: rows({
      'backup-type': { type: 'string', enum: ['vm', 'ct', 'host'] },
      'backup-id': string,
      'last-backup': integer,
      'backup-count': integer,
      files: { type: 'array', items: string },
      owner: optional('string'),
      comment: optional('string'),
    }),
  },
  '/nodes/{node}/tasks': {
    permissions: { user: 'all' },
    parameters: {
      node: string,
      ...{ start: optional('integer'), limit: optional('integer'), store: optional('string') },
      ...{ running: optional('boolean'), errors: optional('boolean'), userfilter: optional('string') },
      ...{ since: optional('integer'), until: optional('integer'), typefilter: optional('string') },
      statusfilter: optional('array'),
    },
    returns: rows({
      ...{ upid: string, node: string, pid: integer, pstart: integer, starttime: integer },
      ...{ worker_type: string, worker_id: optional('string'), user: string },
      ...{ endtime: optional('integer'), status: optional('string') },
    }),
  },
  '/admin/verify': jobs(
    { id: string, 'ignore-verified': optional('boolean') },
    { store: optional('string') },
  ),
  '/admin/prune': jobs({ id: string, 'keep-last': optional('integer') }, { store: optional('string') }),
  '/admin/sync': jobs(
    { id: string, remote: optional('string'), 'remote-store': string },
    { store: optional('string'), 'sync-direction': optional('string') },
  ),
  '/admin/gc': jobs({ duration: optional('integer'), 'disk-bytes': integer }, { store: optional('string') }),
}
