import type { StorageAnswer } from '@lumen/protocol/http/storage'
import { createSignal, For, type JSX, Show } from 'solid-js'
import { Icon } from '../../../components/icon.tsx'
import { ts } from '../../../i18n/ts.ts'

const STAGES = ['containers', 'devices', 'oldest-days'] as const
const SHOWN = 5

/** In which order history is given up near the cap, how far that has come, and what it has cost so far. */
export function GivingUp(props: {
  stage: StorageAnswer['budget']['stage']
  given: readonly string[]
}): JSX.Element {
  const [isWhole, setWhole] = createSignal(false)
  const reached = () => (props.stage === null ? -1 : STAGES.indexOf(props.stage))
  const newest = () => props.given.toReversed()
  return (
    <div class="giving">
      <h4>{ts('giving.title')}</h4>
      <ol class="giving-order">
        <For each={STAGES}>
          {(stage, i) => (
            <li classList={{ reached: i() <= reached() }}>
              <span class="giving-number" aria-hidden="true">
                {i() + 1}
              </span>
              <span>{ts(`giving.${stage}`)}</span>
              <Show when={i() <= reached()}>
                <span class="giving-state">
                  <Icon name="warning" size={14} />
                  {ts('giving.inForce')}
                </span>
              </Show>
            </li>
          )}
        </For>
      </ol>
      <Show when={props.given.length > 0} fallback={<p class="dim">{ts('giving.none')}</p>}>
        <h4>{ts('giving.given')}</h4>
        <ul class="sentences">
          <For each={isWhole() ? newest() : newest().slice(0, SHOWN)}>{(text) => <li>{text}</li>}</For>
        </ul>
        <Show when={!isWhole() && props.given.length > SHOWN}>
          <button type="button" class="text-button" onClick={() => setWhole(true)}>
            {ts('giving.more', props.given.length - SHOWN)}
          </button>
        </Show>
      </Show>
    </div>
  )
}
