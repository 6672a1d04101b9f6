import type { EntityName } from '@lumen/model/catalog'
import { scaleOf } from '@lumen/model/fixed-point'
import { findMetric, layoutOf } from '@lumen/model/metric'
import type { EntityRow } from '@lumen/model/sample'
import { MINUTE } from '@lumen/model/time'
import type { StateCondition } from '@lumen/protocol/http/alerts/rule'
import type { Subject } from './subject.ts'
import { hoursText } from './value-text.ts'

/** A condition that the words of one row decide. */
export interface RowState {
  entity: EntityName
  /** Undefined: the row does not say. */
  isBad(row: EntityRow, subject: Subject, at: number): boolean | undefined
  /** What is wrong, as the end of a sentence about the thing. */
  words(row: EntityRow): string
  /** Only what is wrong has a row. */
  isGoodWithoutRow?: true
}

const FAILED_INDEX = layoutOf('unit').indexOf.get('failed')!
const RESTARTS_INDEX = layoutOf('container').indexOf.get('restarts')!
const NODES_ONLINE_INDEX = layoutOf('cluster').indexOf.get('nodes_online')!
const NODES_TOTAL_INDEX = layoutOf('cluster').indexOf.get('nodes_total')!
const AGE = findMetric('backup.age_hours')!
/** So many restarts within so long are a loop. */
const LOOP_RESTARTS = 2
const LOOP_MS = 10 * MINUTE

const byAttribute = (
  entity: EntityName,
  name: string,
  isBad: (value: string) => boolean,
  words: (value: string) => string = (value) => `is ${value}`,
): RowState => ({
  entity,
  isBad: ({ attributes }) => {
    const value = attributes[name]
    return value === undefined ? undefined : isBad(value)
  },
  words: ({ attributes }) => words(attributes[name] ?? 'unknown'),
})

/** States a container is in on purpose, or on its way to running. */
const RUNNING = new Set(['running', 'created', 'paused', 'restarting'])
/** `/proc/spl/kstat/zfs/<pool>/state` and md's own words, see the agent's zpools.ts and disk-health.ts. */
const WHOLE_POOL = new Set(['ONLINE'])
const BROKEN_ARRAY = new Set(['degraded', 'rebuilding', 'inactive', 'broken'])
const FAILING_DISK = new Set(['warning', 'urgent', 'failed', 'failing', 'bad'])

/** Conditions decided by rows. Several rows of one name: any of them, each thing for itself. */
export const ROW_STATES: Partial<Record<StateCondition, readonly RowState[]>> = {
  container_not_running: [byAttribute('container', 'state', (state) => !RUNNING.has(state))],
  container_unhealthy: [
    {
      ...byAttribute('container', 'health', (health) => health === 'unhealthy'),
      // A container that has no health check, or does not run, is not unhealthy.
      isBad: ({ attributes }) => attributes.health === 'unhealthy',
    },
  ],
  container_restarting: [
    {
      entity: 'container',
      isBad: (row, subject, at) => row.attributes.state === 'restarting' || loops(row, subject, at),
      words: ({ values }) => {
        const restarts = values[RESTARTS_INDEX] ?? Number.NaN
        return Number.isNaN(restarts) ? 'keeps restarting' : `keeps restarting (${restarts} times so far)`
      },
    },
  ],
  unit_failed: [
    {
      entity: 'unit',
      isBad: ({ values }) => values[FAILED_INDEX] !== 0,
      words: () => 'has failed',
      isGoodWithoutRow: true,
    },
  ],
  array_degraded: [
    byAttribute('zpool', 'health', (health) => !WHOLE_POOL.has(health)),
    byAttribute('smart', 'health', (health) => BROKEN_ARRAY.has(health)),
  ],
  disk_failing: [
    byAttribute(
      'smart',
      'health',
      (health) => FAILING_DISK.has(health.toLowerCase()),
      (health) => `says of its health: ${health}`,
    ),
  ],
  quorum_lost: [
    {
      ...byAttribute('cluster', 'quorum', (quorum) => quorum === 'lost'),
      words: ({ values }) => {
        const [online, total] = [values[NODES_ONLINE_INDEX], values[NODES_TOTAL_INDEX]]
        return `has lost its quorum: ${online} of ${total} nodes are online`
      },
    },
  ],
  guest_stopped: [
    {
      entity: 'guest',
      isBad: ({ attributes: { state, expected } }) =>
        state === undefined || state === 'unknown'
          ? undefined
          : expected === 'running' && state === 'stopped',
      words: ({ attributes: { name } }) => `(${name ?? 'without a name'}) is stopped though it should run`,
    },
  ],
  backup_failed: [
    {
      entity: 'backup',
      isBad: ({ attributes: { state } }) =>
        state === undefined || state === 'unknown' ? undefined : state === 'failed' || state === 'unverified',
      words: ({ attributes: { name, state, message } }) =>
        state === 'unverified'
          ? `(${name ?? ''}) failed its verification`
          : `(${name ?? ''}) failed: ${message ?? 'Proxmox does not say why'}`,
    },
  ],
  backup_overdue: [
    {
      ...byAttribute('backup', 'due', (due) => due === 'overdue'),
      words: ({ attributes: { name }, values }) => `(${name ?? ''}) is overdue: ${ageWords(values)}`,
    },
  ],
  backup_missing: [
    {
      entity: 'backup',
      isBad: ({ attributes: { state, covered } }) =>
        state === undefined || state === 'unknown' ? undefined : state === 'never' && covered === 'yes',
      words: ({ attributes: { name } }) => `(${name ?? ''}) was never made, though a job covers the guest`,
    },
  ],
  backup_uncovered: [
    {
      ...byAttribute('backup', 'covered', (covered) => covered === 'no'),
      words: ({ attributes: { name } }) => `(${name ?? ''}): no job covers the guest`,
    },
  ],
  replication_failing: [
    {
      ...byAttribute('replication', 'state', (state) => state === 'failing'),
      words: ({ attributes: { target, message } }) => `to ${target ?? 'its target'} fails: ${message ?? ''}`,
    },
  ],
  filesystem_hung: [
    byAttribute(
      'filesystem',
      'state',
      (state) => state !== 'ok' && state !== 'not asked',
      (state) => (state === 'hung' ? 'does not answer' : `cannot be read: ${state}`),
    ),
  ],
}

function ageWords(values: EntityRow['values']): string {
  const hours = (values[AGE.index] ?? Number.NaN) / scaleOf(AGE.spec)
  return Number.isNaN(hours) ? 'there is none' : `the last good one is ${hoursText(hours)} old`
}

/** Remembers when the count of restarts rose. */
function loops(row: EntityRow, subject: Subject, at: number): boolean {
  const count = row.values[RESTARTS_INDEX] ?? Number.NaN
  if (Number.isNaN(count)) return false
  const memo = subject.restarts
  const last = memo.at(-1)
  // a new container of the same name begins at 0
  if (last === undefined || count < last.count) subject.restarts = [{ at, count }]
  else if (count > last.count) subject.restarts = [...memo, { at, count }].slice(-32)
  const before = subject.restarts.findLast((known) => known.at <= at - LOOP_MS) ?? subject.restarts[0]!
  return count - before.count >= LOOP_RESTARTS
}
