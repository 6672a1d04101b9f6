import type { StorageAnswer } from '@lumen/protocol/http/storage'
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { utcDayLabel } from '../../../charts/time-labels.ts'
import { Num } from '../../../components/number.tsx'
import { ts } from '../../../i18n/ts.ts'
import { hubNow, useFleet } from '../../../live/live.ts'
import { Card } from './card.tsx'
import { WearChart } from './wear-chart.tsx'
import { wearDays, wearSums } from './wear-days.ts'

/** What the hub writes, day by day. */
export function WearCard(props: { wear: StorageAnswer['wear'] }): JSX.Element {
  const fleet = useFleet()
  const [isTable, setTable] = createSignal(false)
  const days = createMemo(() => wearDays(props.wear, hubNow()))
  const sums = createMemo(() => wearSums(days(), fleet.ids()?.length ?? 0))
  return (
    <Card id="wear" title={ts('wear.title')} intro={ts('wear.intro')}>
      <Show when={days().length > 0} fallback={<p class="dim">{ts('wear.none')}</p>}>
        <dl class="figures">
          <Figure title={ts('wear.today')} unit="bytes" value={sums().today} />
          <Figure title={ts('wear.average')} unit="bytes" value={sums().average} />
          <Figure title={ts('wear.perHost')} unit="bytes" value={sums().perHost} />
          <Figure title={ts('wear.commits')} unit="count" value={sums().commits} />
        </dl>
        <Show when={isTable()} fallback={<WearChart days={days()} />}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <section class="scroll-table" tabIndex={0} aria-label={ts('wear.title')}>
            <table class="plain-table">
              <thead>
                <tr>
                  <th scope="col">{ts('wear.day')}</th>
                  <th scope="col">{ts('tier.hot')}</th>
                  <th scope="col">{ts('tier.cold')}</th>
                  <th scope="col">{ts('wear.commitsColumn')}</th>
                  <th scope="col" class="roomy">
                    {ts('wear.fsyncs')}
                  </th>
                </tr>
              </thead>
              <tbody>
                <For each={days().toReversed()}>
                  {(day) => (
                    <tr>
                      <th scope="row">{utcDayLabel(day.day, hubNow())}</th>
                      <td>
                        <Num unit="bytes" value={day.hot} />
                      </td>
                      <td>
                        <Num unit="bytes" value={day.cold} />
                      </td>
                      <td>
                        <Num unit="count" value={day.commits} />
                      </td>
                      <td class="roomy">
                        <Num unit="count" value={day.fsyncs} />
                      </td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
          </section>
        </Show>
        <button type="button" class="text-button" onClick={() => setTable(!isTable())}>
          {isTable() ? ts('wear.chartAgain') : ts('wear.table')}
        </button>
      </Show>
    </Card>
  )
}

function Figure(props: { title: string; unit: 'bytes' | 'count'; value: number | null }): JSX.Element {
  return (
    <div>
      <dt>{props.title}</dt>
      <dd>
        <Num unit={props.unit} value={props.value} />
      </dd>
    </div>
  )
}
