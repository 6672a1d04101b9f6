import { For, type JSX, Show } from 'solid-js'
import { Field } from '../../../components/field.tsx'
import { dateTimeText } from '../../../format/time.ts'
import { ta } from '../../../i18n/ta.ts'
import { PRESETS, type Preset } from './silence-times.ts'

/** Until when: one of a few, or a moment of one's own. */
export function UntilChoice(props: {
  preset: Preset
  onPreset: (preset: Preset) => void
  custom: string
  onCustom: (text: string) => void
  until: number | undefined
  error: string | undefined
}): JSX.Element {
  return (
    <div class="field">
      <span class="label" id="until-label">
        {ta('silence.until')}
      </span>
      <fieldset class="segments" aria-labelledby="until-label">
        <For each={PRESETS}>
          {(preset) => (
            <button
              type="button"
              aria-pressed={props.preset === preset}
              onClick={() => props.onPreset(preset)}
            >
              {ta(`silence.${preset}`)}
            </button>
          )}
        </For>
      </fieldset>
      <Show
        when={props.preset === 'custom'}
        fallback={
          <p class="field-note" classList={{ fault: props.error !== undefined }}>
            {props.error ?? (props.until === undefined ? '' : ta('silence.ends', dateTimeText(props.until)))}
          </p>
        }
      >
        <Field
          label={ta('silence.customEnd')}
          type="datetime-local"
          value={props.custom}
          onValue={props.onCustom}
          error={props.error}
        />
      </Show>
    </div>
  )
}
