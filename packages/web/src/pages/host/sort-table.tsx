import './sort-table.css'
import { type Accessor, createMemo, createSignal, For, type JSX } from 'solid-js'
import { Icon } from '../../components/icon.tsx'
import { t } from '../../i18n/t.ts'

export interface Column<Row> {
  title: string
  /** What sorting goes by; null sorts last. */
  sort: (row: Row, key: string) => number | string | null
  cell: (row: Accessor<Row | undefined>, key: string) => JSX.Element
  isNumber?: boolean
  /** Left out where there is little room. */
  isMinor?: boolean
}

const natural = new Intl.Collator('en', { numeric: true })

/** A table that sorts by any column. Rows are told apart by key, so new numbers change cells, never rows. */
export function SortTable<Row>(props: {
  caption: string
  rows: ReadonlyMap<string, Row>
  columns: readonly Column<Row>[]
}): JSX.Element {
  const [sortBy, setSortBy] = createSignal({ column: 0, isDescending: false })
  const keys = createMemo(
    () => {
      const { column, isDescending } = sortBy()
      const { sort } = props.columns[column]!
      const ranked = [...props.rows].map(([key, row]) => ({ key, rank: sort(row, key) }))
      ranked.sort((a, b) => compareRanks(a.rank, b.rank, isDescending) || natural.compare(a.key, b.key))
      return ranked.map(({ key }) => key)
    },
    [],
    { equals: (a, b) => a.length === b.length && a.every((key, i) => key === b[i]) },
  )
  const toggle = (column: number, isNumber: boolean) =>
    setSortBy((now) => ({
      column,
      isDescending: now.column === column ? !now.isDescending : isNumber,
    }))
  return (
    <table class="sort-table">
      <caption class="visually-hidden">{props.caption}</caption>
      <thead>
        <tr>
          <For each={props.columns}>
            {(column, i) => (
              <th
                scope="col"
                classList={{ number: column.isNumber === true, minor: column.isMinor === true }}
                aria-sort={
                  sortBy().column === i() ? (sortBy().isDescending ? 'descending' : 'ascending') : 'none'
                }
              >
                <button
                  type="button"
                  title={t('table.sortBy', column.title)}
                  onClick={() => toggle(i(), column.isNumber ?? false)}
                >
                  <span>{column.title}</span>
                  <Icon
                    name={sortBy().column === i() && !sortBy().isDescending ? 'arrowUp' : 'arrowDown'}
                    size={12}
                  />
                </button>
              </th>
            )}
          </For>
        </tr>
      </thead>
      <tbody>
        <For each={keys()}>
          {(key) => (
            <tr>
              <For each={props.columns}>
                {(column, i) => {
                  const classes = { number: column.isNumber === true, minor: column.isMinor === true }
                  const cell = column.cell(() => props.rows.get(key), key)
                  return i() === 0 ? (
                    <th scope="row" classList={classes}>
                      {cell}
                    </th>
                  ) : (
                    <td classList={classes}>{cell}</td>
                  )
                }}
              </For>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  )
}

/** Unknown comes last whichever way it is sorted. */
export function compareRanks(
  a: number | string | null,
  b: number | string | null,
  isDescending: boolean,
): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  const order = typeof a === 'number' && typeof b === 'number' ? a - b : natural.compare(String(a), String(b))
  return isDescending ? -order : order
}
