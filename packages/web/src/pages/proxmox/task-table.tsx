import { createMemo, type JSX } from 'solid-js'
import { useNow } from '../../live/ticker.ts'
import { nameColumn, wordColumn } from '../host/columns.tsx'
import { type Column, SortTable } from '../host/sort-table.tsx'
import { Ago } from './ages.tsx'
import { Mark } from './mark.tsx'
import { tp } from './texts.ts'

/** Of a cluster or of a backup server. */
interface Task {
  upid: string
  node?: string
  type: string
  about: string | null
  vmid?: number | null
  user: string | null
  started_at: number
  state: 'failed' | 'warnings'
  message: string
}

/** Tasks that did not end well, the newest first. */
export function TaskTable(props: {
  caption: string
  tasks: readonly Task[]
  nameOf?: (vmid: number) => string | null | undefined
}): JSX.Element {
  const now = useNow()
  const rows = createMemo(() => new Map(props.tasks.map((task) => [task.upid, task])))
  const about = ({ vmid, about }: Task) => {
    const name = vmid == null ? undefined : props.nameOf?.(vmid)
    return name ? `${name} (${vmid})` : about
  }
  const columns: readonly Column<Task>[] = [
    nameColumn(
      tp('pve.task'),
      (row) => row?.type ?? '',
      (row) => [about(row), row.node].filter(Boolean).join(' · '),
    ),
    {
      title: tp('pve.state'),
      sort: (row) => row.state,
      cell: (row) => (
        <Mark level={row()?.state === 'warnings' ? 'warning' : 'critical'}>
          {tp(row()?.state === 'warnings' ? 'pve.warned' : 'pve.failed')}
        </Mark>
      ),
    },
    {
      title: tp('pve.when'),
      isNumber: true,
      sort: (row) => row.started_at,
      cell: (row) => <Ago at={row()?.started_at} now={now} />,
    },
    {
      title: tp('pve.message'),
      sort: (row) => row.message,
      cell: (row) => <span class="pve-message">{row()?.message}</span>,
    },
    wordColumn(tp('pve.by'), (row) => row.user, { isMinor: true }),
  ]
  return (
    <div class="panel">
      <SortTable
        caption={props.caption}
        rows={rows()}
        columns={columns}
        initial={{ column: 2, isDescending: true }}
        most={25}
      />
    </div>
  )
}
