import type { LiveFrame } from '@lumen/protocol/live/message'
import { createMemo, For, type JSX, Show } from 'solid-js'
import { Bar, levelOf } from '../../components/bar.tsx'
import { formatText } from '../../format/unit.ts'
import { t } from '../../i18n/t.ts'
import { sortKeys } from './lines.ts'

const IDLE_PCT = 10
/** Up to this many cores each has a bar with its number. */
const FEW = 16

/** Columns of rows that are all equally long, or nearly. */
const columnsOf = (count: number, most: number) => Math.ceil(count / Math.max(1, Math.ceil(count / most)))

/** Every core as of the newest frame: bars with numbers for a few, small columns for many. Cores are live only: history keeps the total. */
export function CoreStrip(props: { cores: NonNullable<LiveFrame['core']> }): JSX.Element {
  const keys = createMemo(() => sortKeys(Object.keys(props.cores)), [], {
    equals: (a, b) => a.length === b.length && a.every((key, i) => key === b[i]),
  })
  const of = (key: string) => props.cores[key]?.cpu_pct ?? null
  const summary = () => {
    const all = keys().map((key) => ({ key, value: of(key) ?? 0 }))
    const busiest = all.reduce((a, b) => (b.value > a.value ? b : a), { key: '–', value: 0 })
    const idle = all.filter(({ value }) => value < IDLE_PCT).length
    return t('cpu.coresText', busiest.key, formatText('percent', busiest.value), idle, all.length)
  }
  return (
    <div class="cores">
      <div class="cores-head">
        <h3>{t('cpu.cores')}</h3>
        <span class="chart-note">{summary()}</span>
      </div>
      <Show
        when={keys().length > FEW}
        fallback={
          <div
            class="cores-few"
            style={{ '--wide': columnsOf(keys().length, 8), '--narrow': columnsOf(keys().length, 2) }}
            aria-hidden="true"
          >
            <For each={keys()}>{(key) => <Bar label={key} percent={of(key)} />}</For>
          </div>
        }
      >
        <div
          class="cores-many"
          style={{ '--wide': columnsOf(keys().length, 32), '--narrow': columnsOf(keys().length, 16) }}
          aria-hidden="true"
        >
          <For each={keys()}>
            {(key) => (
              <span
                class={`core ${levelOf(of(key))}`}
                title={t('cpu.coreOf', key, formatText('percent', of(key)))}
              >
                <span class="core-fill" style={{ transform: `scaleY(${(of(key) ?? 0) / 100})` }} />
              </span>
            )}
          </For>
        </div>
      </Show>
    </div>
  )
}
