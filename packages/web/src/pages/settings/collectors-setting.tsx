import { COLLECTOR_SWITCHES, type CollectorSwitch } from '@lumen/protocol/agent/collector-switches'
import type { CollectorWishes } from '@lumen/protocol/agent/policy'
import { For, type JSX } from 'solid-js'
import { tc } from '../../i18n/tc.ts'

interface CollectorsSettingProps {
  collectors: CollectorWishes
  isBusy: boolean
  onChoose: (collectors: CollectorWishes) => void
}

/** Which collectors the whole fleet is asked for. */
export function CollectorsSetting(props: CollectorsSettingProps): JSX.Element {
  const isOn = (name: CollectorSwitch) => props.collectors[name] !== 'off'
  const change = (name: CollectorSwitch, isOn: boolean) => {
    const { [name]: _, ...others } = props.collectors
    props.onChoose(isOn ? others : { ...others, [name]: 'off' })
  }
  return (
    <div class="setting">
      <div class="setting-text">
        <p class="label" id="collectors-label">
          {tc('collection.collectors')}
        </p>
        <p class="dim" id="collectors-hint">
          {tc('collection.collectorsHint')}
        </p>
      </div>
      <fieldset
        class="check-list"
        aria-labelledby="collectors-label"
        aria-describedby="collectors-hint"
        disabled={props.isBusy}
      >
        <For each={COLLECTOR_SWITCHES}>
          {(name) => (
            <label class="check">
              <input
                type="checkbox"
                checked={isOn(name)}
                onChange={(event) => change(name, event.currentTarget.checked)}
              />
              {tc(`collector.${name}`)}
            </label>
          )}
        </For>
      </fieldset>
    </div>
  )
}
