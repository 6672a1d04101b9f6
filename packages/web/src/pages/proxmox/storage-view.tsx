import type {
  ClusterDetail,
  ClusterDisk,
  ClusterPool,
  ClusterStorage,
} from '@lumen/protocol/http/proxmox/cluster'
import { type Accessor, createMemo, For, type JSX, Show } from 'solid-js'
import { useNow } from '../../live/ticker.ts'
import { barColumn, nameColumn, numberColumn, wordColumn } from '../host/columns.tsx'
import { type Column, SortTable } from '../host/sort-table.tsx'
import { Ago, FullAt } from './ages.tsx'
import { Mark } from './mark.tsx'
import { Absent, Part } from './part-note.tsx'
import { shareOf } from './share.ts'
import { tp } from './texts.ts'

/** Where guests and backups lie: what is full, what is broken. */
export function StorageView(props: {
  cluster: NonNullable<ClusterDetail['cluster']>
  parts: ClusterDetail['parts']
}): JSX.Element {
  const now = useNow()
  const storages = createMemo(
    () => new Map(props.cluster.storages.map((row) => [`${row.name} ${row.nodes.join()}`, row])),
  )
  const pools = createMemo(() => new Map(props.cluster.pools.map((row) => [`${row.node} ${row.name}`, row])))
  const disks = createMemo(() => new Map(props.cluster.disks.map((row) => [`${row.node} ${row.path}`, row])))
  return (
    <>
      <Part title={tp('pve.storages')} parts={props.parts} names={['resources']}>
        <Show when={storages().size > 0} fallback={<Absent text={tp('pve.noStorages')} />}>
          <div class="panel">
            <SortTable
              caption={tp('pve.storages')}
              rows={storages()}
              columns={storageColumns(now)}
              initial={{ column: 1, isDescending: true }}
            />
          </div>
        </Show>
      </Part>
      <Part title={tp('pve.pools')} parts={props.parts} names={['pools']}>
        <Show when={pools().size > 0} fallback={<Absent text={tp('pve.noPools')} />}>
          <div class="panel">
            <SortTable caption={tp('pve.pools')} rows={pools()} columns={poolColumns(now)} />
          </div>
        </Show>
      </Part>
      <Part title={tp('pve.disks')} parts={props.parts} names={['disks']}>
        <Show when={disks().size > 0} fallback={<Absent text={tp('pve.noDisks')} />}>
          <div class="panel">
            <SortTable
              caption={tp('pve.disks')}
              rows={disks()}
              columns={diskColumns(props.cluster.asks_smart)}
            />
          </div>
        </Show>
        <Show when={!props.cluster.asks_smart}>
          <p class="dim pve-hint">{tp('pve.smartOff')}</p>
        </Show>
      </Part>
    </>
  )
}

const storageColumns = (now: Accessor<number>): readonly Column<ClusterStorage>[] => [
  {
    title: tp('pve.storage'),
    sort: (row) => row.name,
    cell: (row) => (
      <Show when={row()}>
        {(storage) => (
          <span class="cell-name">
            <Show when={storage().host_id} fallback={<span>{storage().name}</span>}>
              {(id) => <a href={`/hosts/${id()}`}>{storage().name}</a>}
            </Show>
            <small>
              {[storage().type, storage().is_shared ? tp('pve.shared') : storage().nodes.join(', ')]
                .filter(Boolean)
                .join(' · ')}
            </small>
            <Show when={storage().unavailable_on.length > 0}>
              <Mark level="critical">{tp('pve.unavailableOn', storage().unavailable_on.join(', '))}</Mark>
            </Show>
          </span>
        )}
      </Show>
    ),
  },
  barColumn(tp('pve.used'), (row) => shareOf(row.used_bytes, row.total_bytes)),
  numberColumn(tp('pve.usedBytes'), 'bytes', (row) => row.used_bytes, { isMinor: true }),
  numberColumn(tp('pve.total'), 'bytes', (row) => row.total_bytes, { isMinor: true }),
  {
    title: tp('pve.fullAt'),
    sort: (row) => row.full_at,
    cell: (row) => <Show when={row()}>{(storage) => <FullAt at={storage().full_at} now={now} />}</Show>,
  },
  wordColumn(tp('pve.content'), (row) => row.content.join(', ') || null, { isMinor: true }),
]

const poolColumns = (now: Accessor<number>): readonly Column<ClusterPool>[] => [
  nameColumn(
    tp('pve.poolName'),
    (row) => row?.name ?? '',
    (row) => row.node,
  ),
  {
    title: tp('pve.health'),
    sort: (row) => row.health,
    cell: (row) => (
      <Show when={row()?.health} fallback={<span class="dim">–</span>}>
        {(health) => (
          <span class="pve-stack">
            <Mark level={health() === 'ONLINE' ? 'fine' : 'critical'} title={row()?.action ?? undefined}>
              {health()}
            </Mark>
            <For each={row()?.bad_devices ?? []}>
              {(device) => (
                <small>{tp('pve.badDevice', device.name, device.state ?? '', device.errors)}</small>
              )}
            </For>
          </span>
        )}
      </Show>
    ),
  },
  {
    ...barColumn<ClusterPool>(tp('pve.used'), (row) => shareOf(row.alloc_bytes, row.size_bytes)),
    isMinor: true,
  },
  numberColumn(tp('pve.total'), 'bytes', (row) => row.size_bytes, { isMinor: true }),
  numberColumn(tp('pve.fragmentation'), 'percent', (row) => row.fragmentation_pct, { isMinor: true }),
  {
    title: tp('pve.errors'),
    sort: (row) => (row.has_errors === null ? null : Number(row.has_errors)),
    cell: (row) => (
      <Show when={row()?.has_errors} fallback={row()?.has_errors === false ? tp('pve.noErrors') : '–'}>
        <Mark level="critical" title={row()?.errors ?? undefined}>
          {row()?.errors}
        </Mark>
      </Show>
    ),
  },
  {
    title: tp('pve.scrubbed'),
    isNumber: true,
    sort: (row) => row.scrubbed_at,
    cell: (row) => (
      <span title={row()?.scan ?? undefined}>
        <Ago at={row()?.scrubbed_at} now={now} />
      </span>
    ),
  },
]

const diskColumns = (asksSmart: boolean): readonly Column<ClusterDisk>[] => [
  nameColumn(
    tp('pve.device'),
    (row) => row?.model ?? row?.path ?? '',
    (row) => [row.node, row.path].join(' · '),
  ),
  wordColumn(tp('pve.diskKind'), (row) => row.kind?.toUpperCase()),
  numberColumn(tp('pve.total'), 'bytes', (row) => row.size_bytes),
  wordColumn(tp('pve.usedBy'), (row) => row.used_by, { isMinor: true }),
  ...(asksSmart ? HEALTH : []),
]

const GOOD_HEALTH = new Set(['PASSED', 'OK'])

const HEALTH: readonly Column<ClusterDisk>[] = [
  {
    title: tp('pve.health'),
    sort: (row) => row.health,
    cell: (row) => (
      <Show when={row()?.health} fallback={<span class="dim">{tp('pve.notAsked')}</span>}>
        {(health) => (
          <Mark level={health() === 'UNKNOWN' ? 'pending' : GOOD_HEALTH.has(health()) ? 'fine' : 'critical'}>
            {health()}
          </Mark>
        )}
      </Show>
    ),
  },
  numberColumn(tp('pve.life'), 'percent', (row) => row.life_left_pct),
]
