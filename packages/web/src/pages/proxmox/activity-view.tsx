import type { ClusterDetail, ClusterReplication } from '@lumen/protocol/http/proxmox/cluster'
import { type Accessor, createMemo, type JSX, Show } from 'solid-js'
import { useNow } from '../../live/ticker.ts'
import { nameColumn, wordColumn } from '../host/columns.tsx'
import { type Column, SortTable } from '../host/sort-table.tsx'
import { Ago, FullAt } from './ages.tsx'
import { type Level, Mark } from './mark.tsx'
import { Absent, Part } from './part-note.tsx'
import { TaskTable } from './task-table.tsx'
import { tp } from './texts.ts'

type Cluster = NonNullable<ClusterDetail['cluster']>
type NameOf = (vmid: number) => string | undefined
type HaResource = NonNullable<Cluster['ha']>['resources'][number]
type Certificate = Cluster['certificates'][number]

/** What goes on in a cluster by itself: tasks, replication, high availability, certificates. */
export function ActivityView(props: { cluster: Cluster; parts: ClusterDetail['parts'] }): JSX.Element {
  const now = useNow()
  const names = createMemo(
    () => new Map(props.cluster.guests.map(({ vmid, name }) => [vmid, name ?? undefined])),
  )
  const nameOf: NameOf = (vmid) => names().get(vmid)
  const replications = createMemo(() => new Map(props.cluster.replications.map((row) => [row.id, row])))
  const resources = createMemo(() => new Map((props.cluster.ha?.resources ?? []).map((row) => [row.id, row])))
  const certificates = createMemo(
    () => new Map(props.cluster.certificates.map((row) => [`${row.node} ${row.file}`, row])),
  )
  return (
    <>
      <Part title={tp('pve.tasks')} parts={props.parts} names={['tasks']}>
        <Show when={props.cluster.tasks.length > 0} fallback={<Absent text={tp('pve.noTasks')} />}>
          <TaskTable caption={tp('pve.tasks')} tasks={props.cluster.tasks} nameOf={nameOf} />
        </Show>
      </Part>
      <Part title={tp('pve.replications')} parts={props.parts} names={['replication']}>
        <Show when={replications().size > 0} fallback={<Absent text={tp('pve.noReplications')} />}>
          <div class="panel">
            <SortTable
              caption={tp('pve.replications')}
              rows={replications()}
              columns={replicationColumns(now, nameOf)}
            />
          </div>
        </Show>
      </Part>
      <Part title={tp('pve.haTitle')} parts={props.parts} names={['ha']}>
        <Show when={resources().size > 0} fallback={<Absent text={tp('pve.noHa')} />}>
          <div class="panel">
            <SortTable caption={tp('pve.haTitle')} rows={resources()} columns={haColumns(nameOf)} />
          </div>
        </Show>
      </Part>
      <Show when={certificates().size > 0}>
        <Part title={tp('pve.certificates')} parts={props.parts} names={['certificates']}>
          <div class="panel">
            <SortTable
              caption={tp('pve.certificates')}
              rows={certificates()}
              columns={certificateColumns(now)}
            />
          </div>
        </Part>
      </Show>
    </>
  )
}

const REPLICATION_LEVELS: Readonly<Record<ClusterReplication['state'], Level>> = {
  ok: 'fine',
  failing: 'critical',
  waiting: 'pending',
  off: 'pending',
  unknown: 'pending',
}

const replicationColumns = (now: Accessor<number>, nameOf: NameOf): readonly Column<ClusterReplication>[] => [
  nameColumn(
    tp('pve.replication'),
    (row, key) => (row === undefined ? key : (nameOf(row.vmid) ?? String(row.vmid))),
    (row) => row.id,
  ),
  {
    title: tp('pve.state'),
    sort: (row) => row.state,
    cell: (row) => {
      const state = () => row()?.state ?? 'unknown'
      return (
        <span class="pve-stack">
          <Mark level={REPLICATION_LEVELS[state()]}>{tp(`pve.replication.${state()}`)}</Mark>
          <Show when={row()?.error}>{(error) => <small>{error()}</small>}</Show>
        </span>
      )
    },
  },
  wordColumn(tp('pve.path'), (row) => tp('pve.fromTo', row.source ?? '–', row.target ?? '–'), {
    isMinor: true,
  }),
  wordColumn(tp('pve.schedule'), (row) => row.schedule, { isMinor: true }),
  {
    title: tp('pve.lastSync'),
    isNumber: true,
    sort: (row) => row.last_sync,
    cell: (row) => <Ago at={row()?.last_sync} now={now} none={tp('pve.never')} />,
  },
]

const haColumns = (nameOf: NameOf): readonly Column<HaResource>[] => [
  nameColumn(
    tp('pve.resource'),
    (row, key) => (row?.vmid == null ? key : (nameOf(row.vmid) ?? key)),
    (row) => row.id,
  ),
  {
    title: tp('pve.state'),
    sort: (row) => row.state,
    cell: (row) => (
      <Mark
        level={
          row()?.state === row()?.requested_state
            ? 'fine'
            : BAD.has(row()?.state ?? '')
              ? 'critical'
              : 'warning'
        }
      >
        {row()?.state ?? '–'}
      </Mark>
    ),
  },
  wordColumn(tp('pve.wanted'), (row) => row.requested_state),
  wordColumn(tp('pve.node'), (row) => row.node),
]
const BAD = new Set(['error', 'fence', 'recovery'])

const certificateColumns = (now: Accessor<number>): readonly Column<Certificate>[] => [
  nameColumn(
    tp('pve.node'),
    (row) => row?.node ?? '',
    (row) => row.file,
  ),
  {
    title: tp('pve.expires'),
    sort: (row) => row.not_after,
    cell: (row) => <Show when={row()}>{(one) => <FullAt at={one().not_after} now={now} />}</Show>,
  },
  wordColumn(tp('pve.issuer'), (row) => row.issuer, { isMinor: true }),
]
