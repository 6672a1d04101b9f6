import { For, type JSX } from 'solid-js'
import { ts } from '../../../i18n/ts.ts'
import { NumberField } from '../number-field.tsx'
import { BYTE_UNITS, type ByteText, type ByteUnit } from './byte-input.ts'

/** An amount of bytes with the unit to choose. */
export function ByteField(props: {
  label: string
  value: ByteText
  onValue: (value: ByteText) => void
  hint: string
  error?: string | undefined
  placeholder?: string
}): JSX.Element {
  return (
    <NumberField
      label={props.label}
      value={props.value.text}
      onValue={(text) => props.onValue({ ...props.value, text })}
      hint={props.hint}
      error={props.error}
      placeholder={props.placeholder ?? ''}
      unit={
        <select
          class="select"
          aria-label={ts('budget.unit', props.label)}
          onChange={(event) => props.onValue({ ...props.value, unit: event.currentTarget.value as ByteUnit })}
        >
          <For each={Object.keys(BYTE_UNITS)}>
            {(unit) => (
              <option value={unit} selected={unit === props.value.unit}>
                {unit}
              </option>
            )}
          </For>
        </select>
      }
    />
  )
}
