import './range.css'
import { createSignal, For, type JSX, lazy, Show } from 'solid-js'
import type { TimeAxis } from '../../charts/time-axis.ts'
import { spanLabel } from '../../charts/time-labels.ts'
import { isSameView, RANGES, type View } from '../../charts/window.ts'
import { IconButton } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import { t } from '../../i18n/t.ts'

const RangeDialog = lazy(() => import('./range-dialog.tsx'))

/** Which time all charts show: a range that ends now, or one that stays put, chosen by its ends or zoomed to. */
export function RangePicker(props: { axis: TimeAxis }): JSX.Element {
  const [isChoosing, setChoosing] = createSignal(false)
  const isActive = (view: View) => isSameView(props.axis.view(), view)
  const custom = () => {
    const view = props.axis.view()
    return view.kind === 'fixed' ? view : undefined
  }
  return (
    <fieldset class="range-picker">
      <legend class="visually-hidden">{t('range.label')}</legend>
      <button
        type="button"
        class="range-custom"
        aria-pressed={custom() !== undefined}
        aria-haspopup="dialog"
        title={t('range.customTitle')}
        onClick={() => setChoosing(true)}
      >
        <Icon name="calendar" />
        <Show when={custom()} fallback={<span>{t('range.custom')}</span>}>
          {(view) => <span class="num">{spanLabel(view(), props.axis.now())}</span>}
        </Show>
      </button>
      <div class="segments">
        <For each={RANGES}>
          {({ name }) => (
            <button
              type="button"
              title={t(`range.title.${name}`)}
              aria-pressed={isActive({ kind: 'live', range: name })}
              onClick={() => props.axis.show({ kind: 'live', range: name })}
            >
              {t(`range.${name}`)}
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
      <Show when={isChoosing()}>
        <RangeDialog axis={props.axis} onClose={() => setChoosing(false)} />
      </Show>
    </fieldset>
  )
}
