import type {
  BackupGroup,
  BackupServer,
  Datastore,
  ServerJob,
} from '@lumen/protocol/http/proxmox/backup-server'
import type { ClusterPart } from '@lumen/protocol/http/proxmox/cluster'
import { type Accessor, createMemo, type JSX, Show } from 'solid-js'
import { threeFigures } from '../../format/number.ts'
import { useNow } from '../../live/ticker.ts'
import { barColumn, nameColumn, numberColumn, wordColumn } from '../host/columns.tsx'
import { type Column, SortTable } from '../host/sort-table.tsx'
import { Ago, Ahead, FullAt } from './ages.tsx'
import { type Level, Mark } from './mark.tsx'
import { Absent, Part } from './part-note.tsx'
import { shareOf } from './share.ts'
import { TaskTable } from './task-table.tsx'
import { tp } from './texts.ts'

/** A backup server: how full, what is kept, and whether its jobs do what they should. */
export function ServerView(props: { server: BackupServer; parts: readonly ClusterPart[] }): JSX.Element {
  const now = useNow()
  const datastores = createMemo(() => new Map(props.server.datastores.map((row) => [row.name, row])))
  const jobs = createMemo(
    () => new Map(props.server.jobs.map((row) => [`${row.kind} ${row.id} ${row.store}`, row])),
  )
  const groups = createMemo(
    () =>
      new Map(
        props.server.groups.map((row) => [[row.store, row.namespace, row.type, row.id].join('/'), row]),
      ),
  )
  return (
    <>
      <Part title={tp('pve.datastores')} parts={props.parts} names={['datastores']}>
        <Show when={datastores().size > 0} fallback={<Absent text={tp('pve.noDatastores')} />}>
          <div class="panel">
            <SortTable caption={tp('pve.datastores')} rows={datastores()} columns={datastoreColumns(now)} />
          </div>
        </Show>
      </Part>
      <Part title={tp('pve.serverJobs')} parts={props.parts} names={['jobs']}>
        <Show when={jobs().size > 0} fallback={<Absent text={tp('pve.noServerJobs')} />}>
          <div class="panel">
            <SortTable caption={tp('pve.serverJobs')} rows={jobs()} columns={jobColumns(now)} />
          </div>
        </Show>
      </Part>
      <Part title={tp('pve.groups')} parts={props.parts} names={['groups']}>
        <Show when={groups().size > 0} fallback={<Absent text={tp('pve.noGroups')} />}>
          <div class="panel">
            <SortTable caption={tp('pve.groups')} rows={groups()} columns={groupColumns(now)} most={50} />
          </div>
        </Show>
      </Part>
      <Part title={tp('pve.tasks')} parts={props.parts} names={['server_tasks']}>
        <Show when={props.server.tasks.length > 0} fallback={<Absent text={tp('pve.noTasks')} />}>
          <TaskTable caption={tp('pve.tasks')} tasks={props.server.tasks} />
        </Show>
      </Part>
    </>
  )
}

const datastoreColumns = (now: Accessor<number>): readonly Column<Datastore>[] => [
  {
    title: tp('pve.datastore'),
    sort: (_, key) => key,
    cell: (row, key) => (
      <span class="pve-stack">
        <span>{key}</span>
        <Show when={row()?.error}>{(error) => <Mark level="critical">{error()}</Mark>}</Show>
      </span>
    ),
  },
  barColumn(tp('pve.used'), (row) => shareOf(row.used_bytes, row.total_bytes)),
  numberColumn(tp('pve.usedBytes'), 'bytes', (row) => row.used_bytes),
  numberColumn(tp('pve.total'), 'bytes', (row) => row.total_bytes, { isMinor: true }),
  {
    title: tp('pve.fullAt'),
    sort: (row) => row.full_at,
    cell: (row) => <Show when={row()}>{(store) => <FullAt at={store().full_at} now={now} />}</Show>,
  },
  {
    title: tp('pve.deduplication'),
    isNumber: true,
    isMinor: true,
    sort: (row) => row.deduplication,
    cell: (row) => (
      <Show when={row()?.deduplication} fallback={<span class="dim">–</span>}>
        {(factor) => <span class="num">{tp('pve.factor', threeFigures(factor()))}</span>}
      </Show>
    ),
  },
  numberColumn(tp('pve.pending'), 'bytes', (row) => row.pending_bytes, { isMinor: true }),
]

const JOB_LEVELS: Readonly<Record<ServerJob['state'], Level>> = {
  ok: 'fine',
  warnings: 'warning',
  failed: 'critical',
  never: 'pending',
  unknown: 'pending',
}

const jobColumns = (now: Accessor<number>): readonly Column<ServerJob>[] => [
  nameColumn(
    tp('pve.job'),
    (row, key) => (row === undefined ? key : tp(`pve.jobKind.${row.kind}`)),
    (row) => [row.store, row.namespace, row.comment].filter(Boolean).join(' · '),
  ),
  {
    title: tp('pve.state'),
    sort: (row) => row.state,
    cell: (row) => {
      const state = () => row()?.state ?? 'unknown'
      return (
        <span class="pve-stack">
          <Mark level={JOB_LEVELS[state()]}>{tp(`pve.jobState.${state()}`)}</Mark>
          <Show when={state() !== 'ok' && row()?.message}>{(message) => <small>{message()}</small>}</Show>
        </span>
      )
    },
  },
  {
    title: tp('pve.lastRun'),
    isNumber: true,
    sort: (row) => row.last_run,
    cell: (row) => <Ago at={row()?.last_run} now={now} none={tp('pve.never')} />,
  },
  {
    title: tp('pve.nextRun'),
    isNumber: true,
    isMinor: true,
    sort: (row) => row.next_run,
    cell: (row) => <Ahead at={row()?.next_run} now={now} />,
  },
  wordColumn(tp('pve.schedule'), (row) => row.schedule, { isMinor: true }),
]

const groupColumns = (now: Accessor<number>): readonly Column<BackupGroup>[] => [
  nameColumn(
    tp('pve.group'),
    (row, key) => (row === undefined ? key : (row.guest?.name ?? (row.comment || `${row.type}/${row.id}`))),
    (row) => [`${row.type}/${row.id}`, row.store, row.namespace].filter(Boolean).join(' · '),
  ),
  {
    title: tp('pve.lastBackup'),
    isNumber: true,
    sort: (row) => row.last_backup,
    cell: (row) => <Ago at={row()?.last_backup} now={now} none={tp('pve.never')} />,
  },
  {
    title: tp('pve.verify'),
    sort: (row) => row.verified,
    cell: (row) => (
      <Show when={row()?.verified} fallback={<span class="dim">–</span>}>
        {(verified) => (
          <Mark level={verified() === 'ok' ? 'fine' : 'critical'}>{tp(`pve.verified.${verified()}`)}</Mark>
        )}
      </Show>
    ),
  },
  numberColumn(tp('pve.kept'), 'count', (row) => row.count),
  wordColumn(tp('pve.cluster'), (row) => row.guest?.connection, { isMinor: true }),
]
