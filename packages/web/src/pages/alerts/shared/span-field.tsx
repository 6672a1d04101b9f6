import { For, type JSX } from 'solid-js'
import { ta } from '../../../i18n/ta.ts'
import { NumberField } from '../../settings/number-field.tsx'
import { SPAN_UNIT_NAMES, type SpanDraft, type SpanUnit } from './time-span.ts'

/** A span of time: a number and its unit. */
export function SpanField(props: {
  label: string
  value: SpanDraft
  onValue: (span: SpanDraft) => void
  error?: string | undefined
  hint?: string | undefined
}): JSX.Element {
  return (
    <NumberField
      label={props.label}
      value={props.value.text}
      onValue={(text) => props.onValue({ ...props.value, text })}
      error={props.error}
      hint={props.hint}
      unit={
        <select
          class="select"
          aria-label={ta('span.unit', props.label)}
          onChange={(event) => props.onValue({ ...props.value, unit: event.currentTarget.value as SpanUnit })}
        >
          <For each={SPAN_UNIT_NAMES}>
            {(unit) => (
              <option value={unit} selected={unit === props.value.unit}>
                {ta(`span.${unit}`)}
              </option>
            )}
          </For>
        </select>
      }
    />
  )
}
