import { createUniqueId, type JSX, Show } from 'solid-js'
import { ta } from '../../../i18n/ta.ts'
import type { Editing } from './editing.ts'

/** A rule without a name is called after its condition, which stands there meanwhile. */
export function NameField(props: { editing: Editing }): JSX.Element {
  const id = createUniqueId()
  const error = () => props.editing.faultAt('name')
  return (
    <div class="field" classList={{ invalid: error() !== undefined }}>
      <label for={id}>{ta('editor.name')}</label>
      <div class="field-control">
        <input
          id={id}
          type="text"
          maxLength={128}
          autocomplete="off"
          value={props.editing.draft().name}
          placeholder={props.editing.spec().name}
          aria-invalid={error() !== undefined}
          aria-describedby={error() === undefined ? undefined : `${id}-note`}
          onInput={(event) => props.editing.change({ name: event.currentTarget.value })}
        />
      </div>
      <Show when={error()}>
        <p id={`${id}-note`} class="field-note" role="alert">
          {error()}
        </p>
      </Show>
    </div>
  )
}
