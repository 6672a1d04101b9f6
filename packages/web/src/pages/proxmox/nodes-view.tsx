import type { ClusterDetail, ClusterNode } from '@lumen/protocol/http/proxmox/cluster'
import { createMemo, type JSX, Show } from 'solid-js'
import { Num } from '../../components/number.tsx'
import { MemoryCell } from '../containers/memory-cell.tsx'
import { barColumn, numberColumn, wordColumn } from '../host/columns.tsx'
import { type Column, SortTable } from '../host/sort-table.tsx'
import { StateMark } from './mark.tsx'
import { Part } from './part-note.tsx'
import { shareOf } from './share.ts'
import { tp } from './texts.ts'

const COLUMNS: readonly Column<ClusterNode>[] = [
  {
    title: tp('pve.node'),
    sort: (_, name) => name,
    cell: (row, name) => (
      <span class="cell-name">
        <Show when={row()?.host_id} fallback={<span>{name}</span>}>
          {(id) => <a href={`/hosts/${id()}`}>{name}</a>}
        </Show>
        <Show when={row()?.agent}>
          {(agent) => (
            <small>
              <a href={`/hosts/${agent().id}`}>{tp('pve.agentOn', agent().name)}</a>
            </small>
          )}
        </Show>
      </span>
    ),
  },
  {
    title: tp('pve.state'),
    sort: (row) => (row.is_online === null ? null : Number(row.is_online)),
    cell: (row) => {
      const isOnline = () => row()?.is_online ?? null
      return (
        <Show
          when={isOnline() !== null}
          fallback={<StateMark state="waiting">{tp('pve.state.unknown')}</StateMark>}
        >
          <StateMark state={isOnline() ? 'up' : 'down'}>
            {tp(isOnline() ? 'pve.online' : 'pve.offline')}
          </StateMark>
        </Show>
      )
    },
  },
  barColumn(tp('pve.cpu'), (row) => row.cpu_pct),
  {
    title: tp('pve.memory'),
    isNumber: true,
    sort: (row) => row.mem_used_bytes,
    cell: (row) => (
      <MemoryCell
        used={row()?.mem_used_bytes}
        limit={row()?.mem_total_bytes}
        share={shareOf(row()?.mem_used_bytes, row()?.mem_total_bytes)}
      />
    ),
  },
  {
    ...barColumn<ClusterNode>(tp('pve.rootDisk'), (row) =>
      shareOf(row.disk_used_bytes, row.disk_total_bytes),
    ),
    isMinor: true,
  },
  {
    title: tp('pve.uptime'),
    isNumber: true,
    isMinor: true,
    sort: (row) => row.uptime_s,
    cell: (row) => <Num unit="seconds" value={row()?.uptime_s} />,
  },
  numberColumn(tp('pve.coresTitle'), 'count', (row) => row.cores, { isMinor: true }),
  wordColumn(tp('pve.version'), (row) => row.version, { isMinor: true }),
]

/** The machines of a cluster; each has a page of its own with its history. */
export function NodesView(props: {
  cluster: NonNullable<ClusterDetail['cluster']>
  parts: ClusterDetail['parts']
}): JSX.Element {
  const rows = createMemo(() => new Map(props.cluster.nodes.map((node) => [node.name, node])))
  return (
    <Part title={tp('pve.tab.nodes')} parts={props.parts} names={['resources', 'status']}>
      <div class="panel runs">
        <SortTable caption={tp('pve.tab.nodes')} rows={rows()} columns={COLUMNS} />
      </div>
    </Part>
  )
}
