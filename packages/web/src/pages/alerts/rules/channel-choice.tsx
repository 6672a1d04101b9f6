import type { Channel } from '@lumen/protocol/http/channels'
import { For, type JSX, Show } from 'solid-js'
import { ta } from '../../../i18n/ta.ts'

/** Some of the channels; those a rule names that are gone can be taken out. */
export function ChannelChoice(props: {
  label: string
  channels: readonly Channel[]
  value: readonly number[]
  onValue: (ids: number[]) => void
  error?: string | undefined
}): JSX.Element {
  const toggle = (id: number) =>
    props.onValue(props.value.includes(id) ? props.value.filter((one) => one !== id) : [...props.value, id])
  const gone = () => props.value.filter((id) => !props.channels.some((channel) => channel.id === id))
  return (
    <fieldset class="choices" aria-label={props.label}>
      <For each={props.channels}>
        {({ id, spec }) => (
          <label class="choice">
            <input
              type="checkbox"
              checked={props.value.includes(id)}
              aria-invalid={props.error !== undefined}
              onChange={() => toggle(id)}
            />
            <span>
              {spec.name} <span class="dim">{ta(`kind.${spec.kind}`)}</span>
              <Show when={!spec.is_enabled}>
                <span class="dim"> · {ta('channels.off')}</span>
              </Show>
            </span>
          </label>
        )}
      </For>
      <For each={gone()}>
        {(id) => (
          <label class="choice">
            <input type="checkbox" checked onChange={() => toggle(id)} />
            <span>{ta('telling.gone', id)}</span>
          </label>
        )}
      </For>
      <Show when={props.error}>
        <p class="field-note fault" role="alert">
          {props.error}
        </p>
      </Show>
    </fieldset>
  )
}
