import type { Unit } from '@lumen/model/field'
import type { JSX } from 'solid-js'
import { Bar } from '../../components/bar.tsx'
import { Icon } from '../../components/icon.tsx'
import { Num } from '../../components/number.tsx'
import { t } from '../../i18n/t.ts'
import type { Column } from './sort-table.tsx'

type Value = number | null | undefined

/** A column of numbers in one unit. */
export function numberColumn<Row>(
  title: string,
  unit: Unit,
  pick: (row: Row) => Value,
  options: { isMinor?: boolean } = {},
): Column<Row> {
  return {
    title,
    isNumber: true,
    isMinor: options.isMinor ?? false,
    sort: (row) => pick(row) ?? null,
    cell: (row) => <Num unit={unit} value={row() === undefined ? null : pick(row()!)} />,
  }
}

/** A column of shares, each a bar with its number. */
export function barColumn<Row>(title: string, pick: (row: Row) => Value): Column<Row> {
  return {
    title,
    isNumber: true,
    sort: (row) => pick(row) ?? null,
    cell: (row) => <Bar label="" percent={row() === undefined ? null : pick(row()!)} />,
  }
}

/** A column of words. */
export function wordColumn<Row>(
  title: string,
  pick: (row: Row) => string | null | undefined,
  options: { isMinor?: boolean } = {},
): Column<Row> {
  return {
    title,
    isMinor: options.isMinor ?? false,
    sort: (row) => pick(row) ?? null,
    cell: (row) => <>{(row() === undefined ? null : pick(row()!)) ?? '–'}</>,
  }
}

/** What a row is called, with a small line below. */
export function nameColumn<Row>(
  title: string,
  nameOf: (row: Row | undefined, key: string) => string,
  noteOf: (row: Row) => string | null | undefined,
): Column<Row> {
  return {
    title,
    sort: nameOf,
    cell: (row, key) => (
      <span class="cell-name" title={nameOf(row(), key)}>
        <span>{nameOf(row(), key)}</span>
        <small>{(row() === undefined ? null : noteOf(row()!)) ?? ''}</small>
      </span>
    ),
  }
}

/** A name that opens what belongs to its row. */
export function OpenerCell(props: {
  name: string
  note: string
  isOpen: boolean
  onToggle: () => void
}): JSX.Element {
  return (
    <button
      type="button"
      class="cell-opener"
      aria-expanded={props.isOpen}
      title={t('row.open', props.name)}
      onClick={() => props.onToggle()}
    >
      <Icon name={props.isOpen ? 'chevronDown' : 'chevronRight'} size={12} />
      <span class="cell-name">
        <span>{props.name}</span>
        <small>{props.note}</small>
      </span>
    </button>
  )
}
