import { createMemo, createSignal, For, type JSX } from 'solid-js'
import { axisText } from '../../../charts/axis-text.ts'
import { valueTicks } from '../../../charts/ticks.ts'
import { utcDayLabel } from '../../../charts/time-labels.ts'
import { formatText } from '../../../format/unit.ts'
import { ts } from '../../../i18n/ts.ts'
import { hubNow } from '../../../live/live.ts'
import type { WearDay } from './wear-days.ts'

/** A bar for each day: the cold tier's share below, the hot tier's on top. The table says the same in numbers. */
export function WearChart(props: { days: readonly WearDay[] }): JSX.Element {
  const [pointed, setPointed] = createSignal<number | null>(null)
  const ticks = createMemo(() =>
    valueTicks('auto', 'bytes', 0, Math.max(...props.days.map(({ bytes }) => bytes)), { intervals: 3 }),
  )
  const share = (bytes: number) => `${(bytes / ticks().max) * 100}%`
  const sizes = () => props.days.map(({ bytes }) => bytes)
  const day = () => {
    const index = pointed()
    return index === null ? undefined : props.days[index]
  }
  const label = (at: WearDay) =>
    `${utcDayLabel(at.day, hubNow())}: ${ts('tier.hot')} ${formatText('bytes', at.hot)}, ${ts('tier.cold')} ${formatText('bytes', at.cold)}`
  return (
    <div class="wear-chart">
      <div class="wear-axis" aria-hidden="true">
        <For each={ticks().at.toReversed()}>{(value) => <span>{axisText('bytes', value)}</span>}</For>
      </div>
      <div
        class="wear-bars"
        role="img"
        aria-label={ts(
          'wear.chart',
          props.days.length,
          formatText('bytes', Math.min(...sizes())),
          formatText('bytes', Math.max(...sizes())),
        )}
        onPointerLeave={() => setPointed(null)}
      >
        <For each={props.days}>
          {(one, i) => (
            <span
              class="wear-day"
              classList={{ on: pointed() === i() }}
              onPointerEnter={() => setPointed(i())}
            >
              <span class="wear-hot" style={{ height: share(one.hot) }} />
              <span class="wear-cold" style={{ height: share(one.cold) }} />
            </span>
          )}
        </For>
      </div>
      <div class="wear-foot">
        <span>{props.days[0] === undefined ? '' : utcDayLabel(props.days[0].day, hubNow())}</span>
        <span class="wear-pointed">
          {day() === undefined ? '' : label(day()!)}
          <span class="key" classList={{ away: day() !== undefined }}>
            <span class="key-mark hot" />
            {ts('tier.hot')}
            <span class="key-mark cold" />
            {ts('tier.cold')}
          </span>
        </span>
        <span>{ts('coverage.now')}</span>
      </div>
    </div>
  )
}
