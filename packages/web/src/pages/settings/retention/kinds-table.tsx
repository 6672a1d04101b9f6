import type { Forecast } from '@lumen/protocol/http/storage'
import { createMemo, For, type JSX } from 'solid-js'
import { Num } from '../../../components/number.tsx'
import { ts } from '../../../i18n/ts.ts'
import { NumberField } from '../number-field.tsx'
import { kindRows, kindTitle } from './forecast-rows.ts'
import { type Fault, KINDS, type RetentionDraft } from './retention-form.ts'
import { faultText } from './tier-rows.tsx'

/** How long the cold tier keeps each kind, empty as long as all, with what it costs. */
export function KindsTable(props: {
  draft: RetentionDraft
  faults: Readonly<Record<string, Fault>>
  forecast: Forecast | undefined
  isStale: boolean
  onChange: (kinds: RetentionDraft['kinds']) => void
}): JSX.Element {
  const rows = createMemo(() => new Map(kindRows(KINDS, props.forecast).map((row) => [row.entity, row])))
  // Keys, so that a new forecast leaves the fields, and the focus in one of them, where they are.
  const kinds = createMemo(() => [...rows().keys()], undefined, {
    equals: (a, b) => a.length === b.length && a.every((kind, i) => kind === b[i]),
  })
  return (
    <div class="retention-kinds">
      <h3 id="kinds-heading">{ts('retention.kinds')}</h3>
      <p class="dim">{ts('retention.kindsHint')}</p>
      <table class="kinds-table" aria-labelledby="kinds-heading">
        <thead>
          <tr>
            <th scope="col">{ts('retention.kind')}</th>
            <th scope="col">{ts('retention.keepDays')}</th>
            <th scope="col" class="number">
              {ts('retention.perDay')}
            </th>
            <th scope="col" class="number">
              {ts('retention.full')}
            </th>
            <th scope="col" class="kinds-share">
              {ts('retention.share')}
            </th>
          </tr>
        </thead>
        <tbody classList={{ pending: props.isStale }}>
          <For each={kinds()}>
            {(kind) => (
              <tr>
                <th scope="row">{kindTitle(kind)}</th>
                <td>
                  <NumberField
                    label={ts('retention.keepOf', `${ts('tier.cold')}: ${kindTitle(kind)}`)}
                    isLabelHidden
                    value={props.draft.kinds[kind] ?? ''}
                    placeholder={ts('retention.sameAsAll')}
                    onValue={(text) => props.onChange({ ...props.draft.kinds, [kind]: text })}
                    error={faultText(props.faults[kind], 'cold')}
                  />
                </td>
                <td class="number">
                  <Num unit="bytes" value={rows().get(kind)?.bytesPerDay} />
                </td>
                <td class="number">
                  <Num unit="bytes" value={rows().get(kind)?.bytes} />
                </td>
                <td class="kinds-share" aria-hidden="true">
                  <span class="bar-track">
                    <span class="bar-fill" style={{ transform: `scaleX(${rows().get(kind)?.share ?? 0})` }} />
                  </span>
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  )
}
