import type { JSX } from 'solid-js'

/** On or off, at once. */
export function Switch(props: {
  label: string
  isOn: boolean
  isBusy?: boolean
  /** The label stands beside it; else it is for those who hear it. */
  isLabelShown?: boolean
  onChange: (isOn: boolean) => void
}): JSX.Element {
  return (
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        aria-checked={props.isOn}
        checked={props.isOn}
        disabled={props.isBusy}
        onChange={(event) => {
          const isOn = event.currentTarget.checked
          // What it shows follows what is, which the hub may refuse to change.
          event.currentTarget.checked = props.isOn
          props.onChange(isOn)
        }}
      />
      <span class="switch-track" aria-hidden="true" />
      <span classList={{ 'visually-hidden': !props.isLabelShown }}>{props.label}</span>
    </label>
  )
}
