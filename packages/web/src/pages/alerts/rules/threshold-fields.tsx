import { findMetric } from '@lumen/model/metric'
import { For, type JSX, Show } from 'solid-js'
import { ta } from '../../../i18n/ta.ts'
import { NumberField } from '../../settings/number-field.tsx'
import { limitText, type Scale, scalesOf, unitOfCondition } from '../shared/quantity.ts'
import type { Editing } from './editing.ts'
import { withScale } from './rule-draft.ts'

/** From where it is worth a look, from where it is grave, and where it is over again. */
export function ThresholdFields(props: { editing: Editing }): JSX.Element {
  const { editing } = props
  const draft = editing.draft
  const unit = () => unitOfCondition(draft())
  const scales = (): readonly Scale[] => {
    const known = unit()
    return known === null ? [] : scalesOf(known)
  }
  const bounds = () => {
    const spec = findMetric(draft().metric)?.spec
    if (draft().kind !== 'threshold' || spec === undefined || spec.bounds[1] > 1e9) return undefined
    return ta('condition.bounds', limitText(spec.unit, spec.bounds[0]), limitText(spec.unit, spec.bounds[1]))
  }
  return (
    <>
      <div class="field-row">
        <NumberField
          label={ta('condition.warning')}
          value={draft().warning}
          onValue={(warning) => editing.change({ warning })}
          error={editing.faultAt('condition.warning')}
          placeholder={ta('condition.none')}
          hint={bounds()}
          unit={<ScaleWord editing={editing} scales={scales()} label={ta('condition.warning')} />}
        />
        <NumberField
          label={ta('condition.critical')}
          value={draft().critical}
          onValue={(critical) => editing.change({ critical })}
          error={editing.faultAt('condition.critical')}
          placeholder={ta('condition.none')}
          unit={<ScaleWord editing={editing} scales={scales()} label={ta('condition.critical')} />}
        />
      </div>
      <Show when={draft().kind === 'threshold'}>
        <div class="field-row">
          <NumberField
            label={ta('condition.clear')}
            value={draft().clear}
            onValue={(clear) => editing.change({ clear })}
            error={editing.faultAt('condition.clear')}
            placeholder={ta('condition.clearSame')}
            hint={ta(draft().direction === 'below' ? 'condition.clearHintBelow' : 'condition.clearHint')}
            unit={<ScaleWord editing={editing} scales={scales()} label={ta('condition.clear')} />}
          />
        </div>
      </Show>
    </>
  )
}

/** The unit beside a threshold: a word, or a choice where numbers would be long. All thresholds share it. */
function ScaleWord(props: { editing: Editing; scales: readonly Scale[]; label: string }): JSX.Element {
  return (
    <Show
      when={props.scales.length > 1}
      fallback={<span class="number-unit">{props.scales[0]?.label ?? ''}</span>}
    >
      <select
        class="select"
        aria-label={ta('span.unit', props.label)}
        onChange={(event) =>
          props.editing.set(withScale(props.editing.draft(), Number(event.currentTarget.value)))
        }
      >
        <For each={props.scales}>
          {(scale) => (
            <option value={scale.factor} selected={scale.factor === props.editing.draft().scale}>
              {scale.label}
            </option>
          )}
        </For>
      </select>
    </Show>
  )
}

/** Of a change: what is too small to count, in the metric's own unit. */
export function LeastField(props: { editing: Editing }): JSX.Element {
  const { editing } = props
  const unit = () => findMetric(editing.draft().metric)?.spec.unit
  const label = () => {
    const known = unit()
    return known === undefined ? '' : scalesOf(known)[0]!.label
  }
  return (
    <div class="field-row">
      <NumberField
        label={ta('condition.least')}
        value={editing.draft().least}
        onValue={(least) => editing.change({ least })}
        error={editing.faultAt('condition.least')}
        hint={ta('condition.leastHint')}
        unit={<span class="number-unit">{label()}</span>}
      />
    </div>
  )
}
