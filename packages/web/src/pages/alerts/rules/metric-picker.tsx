import { findMetric } from '@lumen/model/metric'
import { createMemo, For, type JSX, Show } from 'solid-js'
import { ta } from '../../../i18n/ta.ts'
import { ChoiceField } from '../shared/choice-field.tsx'
import { scalesOf } from '../shared/quantity.ts'
import { metricText } from '../shared/words.ts'
import type { Editing } from './editing.ts'
import { FILLING_GROUPS, METRIC_GROUPS } from './metric-choices.ts'
import { withCondition } from './rule-draft.ts'

/** Numbers of the catalogue by what they are of, each with its unit. */
export function MetricPicker(props: { editing: Editing }): JSX.Element {
  const draft = props.editing.draft
  const groups = () => (draft().kind === 'fills' ? FILLING_GROUPS : METRIC_GROUPS)
  const isListed = createMemo(() =>
    groups().some(({ metrics }) => metrics.some(({ name }) => name === draft().metric)),
  )
  const unitText = (name: string) => {
    const unit = findMetric(name)?.spec.unit
    const label = unit === undefined ? '' : scalesOf(unit).at(-1)!.label
    return label === '' ? '' : ` (${label})`
  }
  return (
    <ChoiceField
      label={ta('condition.metric')}
      hint={findMetric(draft().metric)?.spec.source}
      error={props.editing.faultAt('condition.metric')}
      onValue={(metric) => props.editing.set(withCondition(draft(), { metric }))}
    >
      <Show when={!isListed()}>
        <option value={draft().metric} selected>
          {metricText(draft().metric)}
        </option>
      </Show>
      <For each={groups()}>
        {(group) => (
          <optgroup label={group.title}>
            <For each={group.metrics}>
              {(metric) => (
                <option value={metric.name} selected={metric.name === draft().metric}>
                  {metricText(metric.name)}
                  {unitText(metric.name)}
                </option>
              )}
            </For>
          </optgroup>
        )}
      </For>
    </ChoiceField>
  )
}
