import type { ClusterGuest } from '@lumen/protocol/http/proxmox/cluster'
import { type Accessor, For, type JSX, Show } from 'solid-js'
import type { HostState } from '../../components/state-badge.tsx'
import { MemoryCell } from '../containers/memory-cell.tsx'
import { barColumn, numberColumn, wordColumn } from '../host/columns.tsx'
import type { Column } from '../host/sort-table.tsx'
import { BackupMark } from './backup-mark.tsx'
import { diskPctOf, memoryOf } from './guest-filter.ts'
import { StateMark } from './mark.tsx'
import { shareOf } from './share.ts'
import { tp } from './texts.ts'

/** Of Proxmox; anything else is shown as Proxmox says it. */
const STATES: Readonly<Record<string, { shape: HostState; text: string }>> = {
  running: { shape: 'up', text: tp('pve.state.running') },
  stopped: { shape: 'waiting', text: tp('pve.state.stopped') },
  paused: { shape: 'stale', text: tp('pve.state.paused') },
  unknown: { shape: 'down', text: tp('pve.state.unknown') },
}

export function GuestState(props: { state: string }): JSX.Element {
  const known = () => STATES[props.state]
  return <StateMark state={known()?.shape ?? 'stale'}>{known()?.text ?? props.state}</StateMark>
}

/** What a guest is called where Proxmox knows no name. */
export const guestName = ({ name, vmid }: Pick<ClusterGuest, 'name' | 'vmid'>): string => name ?? String(vmid)

/** `host` has the history of guests. */
export function guestColumns(
  host: Accessor<number | null>,
  now: Accessor<number>,
): readonly Column<ClusterGuest>[] {
  return [
    {
      title: tp('pve.guest'),
      sort: (row) => guestName(row),
      cell: (row) => <Show when={row()}>{(guest) => <Name guest={guest()} host={host()} />}</Show>,
    },
    {
      title: tp('pve.state'),
      sort: (row) => row.state,
      cell: (row) => <GuestState state={row()?.state ?? 'unknown'} />,
    },
    wordColumn(tp('pve.node'), (row) => row.node, { isMinor: true }),
    barColumn(tp('pve.cpu'), (row) => row.inside?.cpu_pct ?? row.cpu_pct),
    {
      title: tp('pve.memory'),
      isNumber: true,
      isMinor: true,
      sort: (row) => memoryOf(row).used,
      cell: (row) => <Show when={row()}>{(guest) => <Memory guest={guest()} />}</Show>,
    },
    { ...barColumn<ClusterGuest>(tp('pve.disk'), diskPctOf), isMinor: true },
    numberColumn(tp('pve.uptime'), 'seconds', (row) => row.uptime_s, { isMinor: true }),
    {
      title: tp('pve.backup'),
      // The oldest first is what somebody looks for: none at all is older than any.
      sort: (row) => (row.backup === null ? null : (row.backup.age_s ?? Number.MAX_SAFE_INTEGER)),
      cell: (row) => <BackupMark backup={row()?.backup} now={now} />,
    },
    {
      title: tp('pve.agent'),
      isMinor: true,
      sort: (row) => row.inside?.host.name ?? null,
      cell: (row) => (
        <Show when={row()?.inside} fallback={<span class="dim">–</span>}>
          {(inside) => <a href={`/hosts/${inside().host.id}`}>{inside().host.name}</a>}
        </Show>
      ),
    },
  ]
}

/** Of what never runs there is less to say. */
export function templateColumns(): readonly Column<ClusterGuest>[] {
  return [
    {
      title: tp('pve.guest'),
      sort: (row) => guestName(row),
      cell: (row) => <Show when={row()}>{(guest) => <Name guest={guest()} host={null} />}</Show>,
    },
    wordColumn(tp('pve.node'), (row) => row.node),
    numberColumn(tp('pve.disk'), 'bytes', (row) => row.disk_total_bytes),
  ]
}

function Name(props: { guest: ClusterGuest; host: number | null }): JSX.Element {
  const notes = () => {
    const { kind, vmid, is_on_boot, ha_state, lock, pool } = props.guest
    return [
      `${tp(`pve.kind.${kind}`)} ${vmid}`,
      ha_state && tp('pve.ha', ha_state),
      is_on_boot && tp('pve.onBoot'),
      pool && tp('pve.pool', pool),
      lock && tp('pve.lock', lock),
    ]
      .filter(Boolean)
      .join(' · ')
  }
  const link = () => (props.host === null ? null : `/hosts/${props.host}?guest=${props.guest.vmid}`)
  return (
    <span class="cell-name pve-name">
      <span>
        <Show when={link()} fallback={guestName(props.guest)}>
          {(to) => <a href={to()}>{guestName(props.guest)}</a>}
        </Show>
        <For each={props.guest.tags}>{(tag) => <span class="pve-tag">{tag}</span>}</For>
      </span>
      <small title={notes()}>{notes()}</small>
    </span>
  )
}

function Memory(props: { guest: ClusterGuest }): JSX.Element {
  const memory = () => memoryOf(props.guest)
  return (
    <span title={tp(memory().isInside ? 'pve.memoryInside' : 'pve.memoryOutside')}>
      <MemoryCell
        used={memory().used}
        limit={memory().total}
        share={shareOf(memory().used, memory().total)}
      />
    </span>
  )
}
