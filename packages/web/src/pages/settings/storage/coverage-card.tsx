import { DAY } from '@lumen/model/time'
import type { StorageAnswer } from '@lumen/protocol/http/storage'
import { createMemo, For, type JSX, Show } from 'solid-js'
import { dayLabel, dayLabelOfMinute, spanLabel } from '../../../charts/time-labels.ts'
import { Num } from '../../../components/number.tsx'
import { ts } from '../../../i18n/ts.ts'
import { hubNow } from '../../../live/live.ts'
import { kindTitle } from '../retention/forecast-rows.ts'
import { Card } from './card.tsx'
import { type CoverageRow, coverageTable } from './coverage-rows.ts'

/** Where there is data, as a table of timelines. */
export function CoverageCard(props: { storage: StorageAnswer }): JSX.Element {
  const now = createMemo(() => {
    props.storage
    return hubNow()
  })
  const table = createMemo(() => coverageTable(props.storage, now()))
  /** The hour says nothing of a line that is days long. */
  const beginText = () => {
    const { from, to } = table().window
    return to - from > 2 * DAY ? dayLabel(from, now()) : dayLabelOfMinute(from, now())
  }
  return (
    <Card id="coverage" title={ts('coverage.title')} intro={ts('coverage.intro')}>
      <table class="coverage-table" aria-labelledby="coverage-heading">
        <thead>
          <tr>
            <th scope="col">{ts('retention.kind')}</th>
            <th scope="col" class="coverage-line">
              <span class="coverage-ends">
                <span>{beginText()}</span>
                <span class="visually-hidden">{ts('coverage.timeline')}</span>
                <span>{ts('coverage.now')}</span>
              </span>
            </th>
            <th scope="col" class="number">
              {ts('coverage.size')}
            </th>
            <th scope="col" class="number roomy">
              {ts('coverage.rows')}
            </th>
          </tr>
        </thead>
        <tbody>
          <For each={table().tiers}>{(row) => <Row row={row} now={now()} />}</For>
        </tbody>
        <Show when={table().kinds.length > 0}>
          <tbody>
            <tr>
              <th scope="colgroup" colSpan={4} class="coverage-group">
                {ts('coverage.kinds')}
              </th>
            </tr>
            <For each={table().kinds}>{(row) => <Row row={row} now={now()} />}</For>
          </tbody>
        </Show>
      </table>
      <ul class="key" aria-hidden="true">
        <For each={['ram', 'hot', 'cold'] as const}>
          {(tier) => (
            <li>
              <span class={`key-mark ${tier}`} />
              {ts(`tier.${tier}`)}
            </li>
          )}
        </For>
        <li>
          <span class="key-mark hatched" />
          {ts('coverage.hole')}
        </li>
      </ul>
      <Show when={table().kinds.length === 0}>
        <p class="dim">{ts('coverage.none')}</p>
      </Show>
    </Card>
  )
}

function Row(props: { row: CoverageRow; now: number }): JSX.Element {
  const title = () => {
    const { what } = props.row
    return what.kind === 'tier' ? ts(`tier.${what.tier}`) : kindTitle(what.entity)
  }
  const words = () => {
    const { span, holes } = props.row
    if (span === null) return ts('coverage.empty')
    const ends = `${dayLabelOfMinute(span.from, props.now)} – ${dayLabelOfMinute(span.to, props.now)}`
    const missing = holes.map((hole) => spanLabel(hole, props.now)).join(', ')
    const count = ts('coverage.holes', holes.length)
    return missing === '' ? `${ends}, ${count}` : `${ends}, ${count}: ${missing}`
  }
  return (
    <tr>
      <th scope="row">{title()}</th>
      <td class="coverage-line">
        <span class="coverage-track" title={words()} aria-hidden="true">
          <For each={props.row.stretches}>
            {({ left, width, tier }) => (
              <span
                class={`coverage-stretch ${tier ?? 'hatched'}`}
                style={{ left: `min(${left * 100}%, 100% - 3px)`, width: `${width * 100}%` }}
              />
            )}
          </For>
        </span>
        <span class="visually-hidden">{words()}</span>
        <Show when={props.row.holes.length > 0}>
          <span class="coverage-note" aria-hidden="true">
            {ts('coverage.holes', props.row.holes.length)}: {spanLabel(props.row.holes.at(-1)!, props.now)}
          </span>
        </Show>
      </td>
      <td class="number">
        <Num unit="bytes" value={props.row.bytes} />
      </td>
      <td class="number roomy">
        <Num unit="count" value={props.row.rows} />
      </td>
    </tr>
  )
}
