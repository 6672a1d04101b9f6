import { createUniqueId, type JSX, Show } from 'solid-js'

/** A line of text whose fault comes and goes while one types elsewhere: it never takes the focus. */
export function TextField(props: {
  label: string
  value: string
  onValue: (value: string) => void
  hint?: string | undefined
  error?: string | undefined
  placeholder?: string
  list?: string
  type?: string
  isLabelHidden?: boolean
  maxLength?: number
  autocomplete?: string
}): JSX.Element {
  const id = createUniqueId()
  const note = () => props.error ?? props.hint
  return (
    <div class="field" classList={{ invalid: props.error !== undefined }}>
      <label for={id} classList={{ 'visually-hidden': props.isLabelHidden ?? false }}>
        {props.label}
      </label>
      <div class="field-control">
        <input
          id={id}
          type={props.type ?? 'text'}
          value={props.value}
          placeholder={props.placeholder}
          list={props.list}
          maxLength={props.maxLength ?? 256}
          autocomplete={props.autocomplete ?? 'off'}
          autocapitalize="none"
          spellcheck={false}
          aria-invalid={props.error !== undefined}
          aria-describedby={note() === undefined ? undefined : `${id}-note`}
          onInput={(event) => props.onValue(event.currentTarget.value)}
        />
      </div>
      <Show when={note()}>
        <p id={`${id}-note`} class="field-note" role={props.error === undefined ? undefined : 'alert'}>
          {note()}
        </p>
      </Show>
    </div>
  )
}
