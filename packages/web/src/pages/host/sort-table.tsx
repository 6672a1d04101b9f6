import './sort-table.css'
import { type Accessor, createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { Button } from '../../components/button.tsx'
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
  /** What it is sorted by at first; the first column without it. */
  initial?: { column: number; isDescending: boolean }
  /** More rows than this wait behind a button. */
  most?: number
  /** The row whose detail is shown. */
  opened?: string | null
  /** What stands below an opened row. */
  detail?: (key: string) => JSX.Element
}): JSX.Element {
  const [sortBy, setSortBy] = createSignal(props.initial ?? { column: 0, isDescending: false })
  const [isWhole, setWhole] = createSignal(false)
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
  const shown = createMemo(() => {
    const { most, opened } = props
    if (most === undefined || isWhole()) return keys()
    return keys().filter((key, i) => i < most || key === opened)
  })
  const toggle = (column: number, isNumber: boolean) =>
    setSortBy((now) => ({
      column,
      isDescending: now.column === column ? !now.isDescending : isNumber,
    }))
  return (
    <>
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
          <For each={shown()}>
            {(key) => (
              <>
                <tr classList={{ opened: props.opened === key }}>
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
                <Show when={props.detail !== undefined && props.opened === key}>
                  <tr class="detail">
                    <td colSpan={props.columns.length}>{props.detail?.(key)}</td>
                  </tr>
                </Show>
              </>
            )}
          </For>
        </tbody>
      </table>
      <Show when={props.most !== undefined && keys().length > props.most}>
        <Button look="ghost" onClick={() => setWhole(!isWhole())}>
          {isWhole() ? t('table.fewer') : t('table.more', keys().length - (props.most ?? 0))}
        </Button>
      </Show>
    </>
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
