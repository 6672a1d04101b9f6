import { createUniqueId, type JSX, Show } from 'solid-js'

/** A number beside its unit, which may be a choice. What is wrong stands below and is read out with it. */
export function NumberField(props: {
  label: string
  value: string
  onValue: (text: string) => void
  error?: string | undefined
  hint?: string | undefined
  placeholder?: string
  /** The unit as a word, or a control to choose it with. */
  unit?: JSX.Element
  /** In a table the column names it: the label is for those who hear it. */
  isLabelHidden?: boolean
}): JSX.Element {
  const id = createUniqueId()
  const note = () => props.error ?? props.hint
  return (
    <div class="field number-field" classList={{ invalid: props.error !== undefined }}>
      <label for={id} classList={{ 'visually-hidden': props.isLabelHidden ?? false }}>
        {props.label}
      </label>
      <div class="number-control">
        <input
          id={id}
          type="text"
          inputMode="decimal"
          autocomplete="off"
          value={props.value}
          placeholder={props.placeholder}
          onInput={(event) => props.onValue(event.currentTarget.value)}
          aria-invalid={props.error !== undefined}
          aria-describedby={note() === undefined ? undefined : `${id}-note`}
        />
        {props.unit}
      </div>
      <Show when={note()}>
        <p id={`${id}-note`} class="field-note" role={props.error === undefined ? undefined : 'alert'}>
          {note()}
        </p>
      </Show>
    </div>
  )
}
