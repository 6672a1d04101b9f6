import type { Unit } from '@lumen/model/field'
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { formatUnit } from '../format/unit.ts'
import { t } from '../i18n/t.ts'
import type { LineSpec } from './picture.ts'
import type { SeriesStats } from './stats.ts'

const MOST_ROWS = 8

/** A chart's numbers as a table: value at the cursor (the newest without one), lowest, mean and highest of the
 * window. It is the chart's text equivalent too. Its buttons show and hide lines. */
export function Legend(props: {
  caption: string
  unit: Unit
  lines: readonly LineSpec[]
  hidden: ReadonlySet<string>
  stats: readonly SeriesStats[]
  /** Of the bucket under the cursor, null where it is missing; undefined without a cursor. */
  values: readonly (number | null)[] | undefined
  onToggle: (name: string) => void
}): JSX.Element {
  const [isWhole, setWhole] = createSignal(false)
  const shown = createMemo(() => (isWhole() ? props.lines : props.lines.slice(0, MOST_ROWS)))
  return (
    <>
      <table class="legend">
        <caption class="visually-hidden">{props.caption}</caption>
        <thead>
          <tr>
            <th scope="col">
              <span class="visually-hidden">{t('chart.series')}</span>
            </th>
            <th scope="col">{props.values === undefined ? t('chart.now') : t('chart.cursor')}</th>
            <th scope="col" class="legend-min">
              {t('chart.min')}
            </th>
            <th scope="col">{t('chart.avg')}</th>
            <th scope="col">{t('chart.max')}</th>
          </tr>
        </thead>
        <tbody>
          <For each={shown()}>
            {(line, i) => (
              <tr classList={{ off: props.hidden.has(line.name) }}>
                <th scope="row">
                  <button
                    type="button"
                    class="legend-name"
                    aria-pressed={!props.hidden.has(line.name)}
                    disabled={props.lines.length < 2}
                    title={line.label}
                    onClick={() => props.onToggle(line.name)}
                  >
                    <span class={`swatch slot-${line.slot + 1}`} />
                    <span class="truncate">{line.label}</span>
                  </button>
                </th>
                <Cell
                  unit={props.unit}
                  value={props.values === undefined ? props.stats[i()]?.last : props.values[i()]}
                  isStrong
                />
                <Cell unit={props.unit} value={props.stats[i()]?.min} class="legend-min" />
                <Cell unit={props.unit} value={props.stats[i()]?.avg} />
                <Cell unit={props.unit} value={props.stats[i()]?.max} />
              </tr>
            )}
          </For>
        </tbody>
      </table>
      <Show when={props.lines.length > MOST_ROWS}>
        <button type="button" class="legend-more" onClick={() => setWhole(!isWhole())}>
          {isWhole() ? t('chart.fewer') : t('chart.more', props.lines.length - MOST_ROWS)}
        </button>
      </Show>
    </>
  )
}

function Cell(props: {
  unit: Unit
  value: number | null | undefined
  isStrong?: boolean
  class?: string
}): JSX.Element {
  const parts = createMemo(() => formatUnit(props.unit, props.value))
  return (
    <td class={`num ${props.class ?? ''}`} classList={{ strong: props.isStrong === true }}>
      {parts().number}
      <span class="unit">{parts().unit}</span>
    </td>
  )
}
