import { MINUTE } from '@lumen/model/time'
import { For, type JSX, Show } from 'solid-js'
import { dayLabelOfMinute, timeLabelOfMinute, timeLabelOfSecond } from '../../charts/ticks.ts'
import type { TimeAxis } from '../../charts/time-axis.ts'
import { isSameView, RANGES, type View } from '../../charts/window.ts'
import { IconButton } from '../../components/button.tsx'
import { t } from '../../i18n/t.ts'

/** Which time all charts show. A window that was zoomed to is shown beside the live ranges. */
export function RangePicker(props: { axis: TimeAxis }): JSX.Element {
  const isActive = (view: View) => isSameView(props.axis.view(), view)
  const custom = () => {
    const view = props.axis.view()
    return view.kind === 'fixed' ? view : undefined
  }
  return (
    <fieldset class="range-picker">
      <legend class="visually-hidden">{t('range.label')}</legend>
      <Show when={custom()}>{(view) => <span class="range-custom num">{spanText(view())}</span>}</Show>
      <div class="segments">
        <For each={RANGES}>
          {(range) => (
            <button
              type="button"
              title={range.title}
              aria-pressed={isActive({ kind: 'live', range: range.name })}
              onClick={() => props.axis.show({ kind: 'live', range: range.name })}
            >
              {range.label}
            </button>
          )}
        </For>
      </div>
      <div class="range-steps">
        <IconButton icon="chevronLeft" label={t('range.back')} onClick={() => props.axis.pan(-0.5)} />
        <IconButton
          icon="chevronRight"
          label={t('range.forward')}
          disabled={custom() === undefined}
          onClick={() => props.axis.pan(0.5)}
        />
      </div>
    </fieldset>
  )
}

/** The day is said once where both ends share it, seconds where minutes could not tell the ends apart. */
function spanText({ from, to }: { from: number; to: number }): string {
  const isSameDay = new Date(from).toDateString() === new Date(to).toDateString()
  if (to - from < 5 * MINUTE) return `${timeLabelOfSecond(from)} – ${timeLabelOfSecond(to)}`
  return `${dayLabelOfMinute(from)} – ${isSameDay ? timeLabelOfMinute(to) : dayLabelOfMinute(to)}`
}
