import type { EntityName } from '@lumen/model/catalog'
import type { WireRow } from '@lumen/protocol/agent/frame'
import type { LiveFrame } from '@lumen/protocol/live/message'
import { type Accessor, createMemo, type JSX, Show } from 'solid-js'
import { t } from '../../i18n/t.ts'
import { barColumn, nameColumn, numberColumn, wordColumn } from './columns.tsx'
import { Section, type SectionName, sectionTitle } from './section.tsx'
import { type Column, SortTable } from './sort-table.tsx'

type Keyed = Exclude<EntityName, 'host'>

/** Rows of an entity as of now, for what a host rarely has: no rows, no section. */
function TableSection<E extends Keyed>(props: {
  name: SectionName
  entity: E
  frame: Accessor<LiveFrame | null>
  columns: readonly Column<WireRow<E>>[]
  initial?: { column: number; isDescending: boolean }
}): JSX.Element {
  const rows = createMemo(
    () => new Map(Object.entries((props.frame()?.[props.entity] ?? {}) as Record<string, WireRow<E>>)),
  )
  return (
    <Show when={rows().size > 0}>
      <Section name={props.name}>
        <div class="panel runs">
          <SortTable
            caption={sectionTitle(props.name)}
            rows={rows()}
            columns={props.columns}
            {...(props.initial === undefined ? {} : { initial: props.initial })}
          />
        </div>
      </Section>
    </Show>
  )
}

const PROCESSES: readonly Column<WireRow<'process'>>[] = [
  nameColumn(
    t('process.name'),
    (row, key) => row?.name ?? key,
    (row) => row.user,
  ),
  {
    title: t('process.pid'),
    isNumber: true,
    sort: (row) => row.pid ?? null,
    // A name, not an amount.
    cell: (row) => <span class="num">{row()?.pid ?? '–'}</span>,
  },
  barColumn(t('process.cpu'), (row) => row.cpu_pct),
  numberColumn(t('process.memory'), 'bytes', (row) => row.rss_bytes),
]

const GPUS: readonly Column<WireRow<'gpu'>>[] = [
  nameColumn(
    t('gpu.name'),
    (row, key) => row?.name ?? t('gpu.index', key),
    () => null,
  ),
  barColumn(t('gpu.busy'), (row) => row.util_pct),
  barColumn(t('gpu.memory'), ({ mem_used_bytes: used, mem_total_bytes: total }) =>
    typeof used === 'number' && typeof total === 'number' && total > 0 ? (100 * used) / total : null,
  ),
  numberColumn(t('gpu.memoryUsed'), 'bytes', (row) => row.mem_used_bytes),
  numberColumn(t('gpu.temperature'), 'celsius', (row) => row.temp_celsius),
  numberColumn(t('gpu.power'), 'watts', (row) => row.power_watts),
]

const POOLS: readonly Column<WireRow<'zpool'>>[] = [
  nameColumn(
    t('pool.name'),
    (_, key) => key,
    () => null,
  ),
  wordColumn(t('pool.health'), (row) => row.health),
  barColumn(t('pool.used'), ({ alloc_bytes: used, size_bytes: size }) =>
    typeof used === 'number' && typeof size === 'number' && size > 0 ? (100 * used) / size : null,
  ),
  numberColumn(t('pool.allocated'), 'bytes', (row) => row.alloc_bytes),
  numberColumn(t('pool.size'), 'bytes', (row) => row.size_bytes, { isMinor: true }),
  numberColumn(t('pool.fragmentation'), 'percent', (row) => row.frag_pct, { isMinor: true }),
  numberColumn(t('pool.errors'), 'count', (row) => row.errors),
  numberColumn(t('pool.scrubbed'), 'seconds', (row) => row.scrub_age_s, { isMinor: true }),
]

const HEALTH: readonly Column<WireRow<'smart'>>[] = [
  nameColumn(
    t('smart.device'),
    (row, key) => row?.device ?? key,
    (row) => row.model,
  ),
  wordColumn(t('smart.health'), (row) => row.health),
  numberColumn(t('smart.temperature'), 'celsius', (row) => row.temp_celsius),
  numberColumn(t('smart.life'), 'percent', (row) => row.life_left_pct),
  numberColumn(t('smart.hours'), 'hours', (row) => row.power_on_hours, { isMinor: true }),
  numberColumn(t('smart.reallocated'), 'count', (row) => row.reallocated, { isMinor: true }),
  numberColumn(t('smart.pending'), 'count', (row) => row.pending, { isMinor: true }),
  numberColumn(t('smart.media'), 'count', (row) => row.media_errors, { isMinor: true }),
]

const UNITS: readonly Column<WireRow<'unit'>>[] = [
  nameColumn(
    t('unit.name'),
    (_, key) => key,
    () => null,
  ),
  wordColumn(t('unit.state'), (row) => row.state),
]

const CPU_COLUMN = 2

/** What else is known of a host at present, each where there is some. */
export function TableSections(props: { frame: Accessor<LiveFrame | null> }): JSX.Element {
  return (
    <>
      <TableSection
        name="processes"
        entity="process"
        frame={props.frame}
        columns={PROCESSES}
        initial={{ column: CPU_COLUMN, isDescending: true }}
      />
      <TableSection name="gpus" entity="gpu" frame={props.frame} columns={GPUS} />
      <TableSection name="pools" entity="zpool" frame={props.frame} columns={POOLS} />
      <TableSection name="health" entity="smart" frame={props.frame} columns={HEALTH} />
      <TableSection name="units" entity="unit" frame={props.frame} columns={UNITS} />
    </>
  )
}
