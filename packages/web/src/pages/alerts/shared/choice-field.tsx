import { createUniqueId, type JSX, Show } from 'solid-js'

/** One of several, from a list; options are the children. */
export function ChoiceField(props: {
  label: string
  onValue: (value: string) => void
  hint?: string | undefined
  error?: string | undefined
  isLabelHidden?: boolean
  children: JSX.Element
}): JSX.Element {
  const id = createUniqueId()
  const note = () => props.error ?? props.hint
  return (
    <div class="field" classList={{ invalid: props.error !== undefined }}>
      <label for={id} classList={{ 'visually-hidden': props.isLabelHidden ?? false }}>
        {props.label}
      </label>
      <select
        id={id}
        class="select wide"
        aria-invalid={props.error !== undefined}
        aria-describedby={note() === undefined ? undefined : `${id}-note`}
        onChange={(event) => props.onValue(event.currentTarget.value)}
      >
        {props.children}
      </select>
      <Show when={note()}>
        <p id={`${id}-note`} class="field-note" role={props.error === undefined ? undefined : 'alert'}>
          {note()}
        </p>
      </Show>
    </div>
  )
}
