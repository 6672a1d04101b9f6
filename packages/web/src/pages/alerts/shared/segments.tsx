import { For, type JSX } from 'solid-js'

/** One of a few, all in sight. */
export function Segments<T extends string>(props: {
  label: string
  choices: readonly { value: T; text: string }[]
  value: T
  onValue: (value: T) => void
  isLabelHidden?: boolean
}): JSX.Element {
  return (
    <div class="field">
      <span class="label" aria-hidden="true" classList={{ 'visually-hidden': props.isLabelHidden ?? false }}>
        {props.label}
      </span>
      <fieldset class="segments" aria-label={props.label}>
        <For each={props.choices}>
          {(choice) => (
            <button
              type="button"
              aria-pressed={props.value === choice.value}
              onClick={() => props.onValue(choice.value)}
            >
              {choice.text}
            </button>
          )}
        </For>
      </fieldset>
    </div>
  )
}
