import type { StorageAnswer } from '@lumen/protocol/http/storage'
import { type JSX, Show } from 'solid-js'
import { Num } from '../../../components/number.tsx'
import { formatText } from '../../../format/unit.ts'
import { ts } from '../../../i18n/ts.ts'

/** What is used of all the hub could reach, with the cap as a mark and the floor hatched at the end. */
export function BudgetBar(props: { budget: StorageAnswer['budget'] }): JSX.Element {
  const reach = () => Math.max(props.budget.used_bytes + props.budget.free_bytes, 1)
  /** The bar ends a little past the cap, where the disk is much larger than that. */
  const whole = () => {
    const { max_bytes, used_bytes } = props.budget
    return max_bytes === null ? reach() : Math.min(reach(), Math.max(max_bytes * 1.25, used_bytes))
  }
  const percent = (bytes: number) => `${(Math.min(Math.max(bytes / whole(), 0), 1) * 100).toFixed(2)}%`
  const floorStart = () => reach() - props.budget.min_free_bytes
  const isTight = () => {
    const { max_bytes, used_bytes, free_bytes, min_free_bytes } = props.budget
    return free_bytes <= min_free_bytes || (max_bytes !== null && used_bytes >= max_bytes * 0.95)
  }
  const summary = () => {
    const { used_bytes, max_bytes, free_bytes, min_free_bytes } = props.budget
    const text = (bytes: number) => formatText('bytes', bytes)
    const cap = max_bytes === null ? ts('budget.noCap') : ts('budget.capOf', text(max_bytes))
    return ts('budget.bar', text(used_bytes), cap, text(free_bytes), text(min_free_bytes))
  }
  return (
    <div class="budget-use" classList={{ tight: isTight() }}>
      <dl class="figures">
        <div>
          <dt>{ts('budget.used')}</dt>
          <dd>
            <Num unit="bytes" value={props.budget.used_bytes} />
          </dd>
        </div>
        <div>
          <dt>{ts('budget.capMark')}</dt>
          <dd>
            <Show when={props.budget.max_bytes !== null} fallback={ts('budget.noCap')}>
              <Num unit="bytes" value={props.budget.max_bytes} />
            </Show>
          </dd>
        </div>
        <div>
          <dt>{ts('budget.free')}</dt>
          <dd>
            <Num unit="bytes" value={props.budget.free_bytes} />
          </dd>
        </div>
      </dl>
      <div class="budget-bar" role="img" aria-label={summary()}>
        <Show when={floorStart() < whole()}>
          <span class="budget-floor" style={{ left: percent(floorStart()) }} />
        </Show>
        <span class="budget-fill" style={{ width: percent(props.budget.used_bytes) }} />
        <Show when={props.budget.max_bytes !== null && props.budget.max_bytes < whole()}>
          <span class="budget-cap" style={{ left: percent(props.budget.max_bytes ?? 0) }} />
        </Show>
      </div>
      <ul class="key" aria-hidden="true">
        <li>
          <span class="key-mark used" />
          {ts('budget.used')}
        </li>
        <Show when={props.budget.max_bytes !== null && props.budget.max_bytes < whole()}>
          <li>
            <span class="key-mark cap" />
            {ts('budget.capMark')}
          </li>
        </Show>
        <Show when={floorStart() < whole()}>
          <li>
            <span class="key-mark hatched" />
            {ts('budget.floorMark')}
          </li>
        </Show>
      </ul>
    </div>
  )
}
