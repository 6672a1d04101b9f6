import { createMemo, For, Index, type JSX, Show } from 'solid-js'
import { Button, IconButton } from '../../../components/button.tsx'
import { ta } from '../../../i18n/ta.ts'
import { useFleet } from '../../../live/live.ts'
import { NumberField } from '../../settings/number-field.tsx'
import { ChoiceField } from '../shared/choice-field.tsx'
import { scalesOf, unitOfCondition } from '../shared/quantity.ts'
import { SpanField } from '../shared/span-field.tsx'
import { Switch as OnOff } from '../shared/switch.tsx'
import type { Editing } from './editing.ts'
import type { OverrideDraft } from './rule-draft.ts'
import { isHubState } from './state-choices.ts'

/** Other numbers for some hosts. */
export function OverrideFields(props: { editing: Editing }): JSX.Element {
  const { editing } = props
  const draft = editing.draft
  const fleet = useFleet()
  const hosts = createMemo(() => (fleet.all() ?? []).map(({ id, name }) => ({ id, name })), [], {
    equals: (a, b) =>
      a.length === b.length && a.every(({ id, name }, i) => id === b[i]!.id && name === b[i]!.name),
  })
  const free = () => hosts().filter(({ id }) => !draft().overrides.some(({ hostId }) => hostId === id))
  const put = (at: number, part: Partial<OverrideDraft>) =>
    editing.change({ overrides: draft().overrides.map((one, i) => (i === at ? { ...one, ...part } : one)) })
  const add = () => {
    const host = free()[0]
    if (host === undefined) return
    const fresh: OverrideDraft = {
      hostId: host.id,
      isEnabled: true,
      warning: '',
      critical: '',
      clear: '',
      lasts: null,
    }
    editing.change({ overrides: [...draft().overrides, fresh] })
  }
  const isHub = () => draft().kind === 'state' && isHubState(draft().state)
  return (
    <Show when={!isHub()}>
      <section class="editor-card" aria-labelledby="editor-overrides">
        <h3 id="editor-overrides">{ta('override.title')}</h3>
        <p class="field-note">{ta('override.about')}</p>
        <Index each={draft().overrides}>
          {(one, i) => (
            <fieldset class="override" aria-label={ta('override.of', nameOf(hosts(), one().hostId))}>
              <div class="override-head">
                <ChoiceField
                  label={ta('override.host')}
                  isLabelHidden
                  error={editing.faultAt(`overrides.${i}.host_id`)}
                  onValue={(id) => put(i, { hostId: Number(id) })}
                >
                  <For
                    each={hosts().filter(
                      ({ id }) => id === one().hostId || free().some((host) => host.id === id),
                    )}
                  >
                    {(host) => (
                      <option value={host.id} selected={host.id === one().hostId}>
                        {host.name}
                      </option>
                    )}
                  </For>
                  <Show when={!hosts().some(({ id }) => id === one().hostId)}>
                    <option value={one().hostId} selected>
                      {nameOf(hosts(), one().hostId)}
                    </option>
                  </Show>
                </ChoiceField>
                <OnOff
                  label={ta('override.watched')}
                  isLabelShown
                  isOn={one().isEnabled}
                  onChange={(isEnabled) => put(i, { isEnabled })}
                />
                <IconButton
                  icon="close"
                  label={ta('override.remove', nameOf(hosts(), one().hostId))}
                  onClick={() => editing.change({ overrides: draft().overrides.filter((_, at) => at !== i) })}
                />
              </div>
              <Show when={one().isEnabled}>
                <div class="field-row thirds">
                  <Show when={draft().kind !== 'state'}>
                    <OwnThreshold
                      editing={editing}
                      at={i}
                      name="warning"
                      value={one().warning}
                      onValue={(warning) => put(i, { warning })}
                    />
                    <OwnThreshold
                      editing={editing}
                      at={i}
                      name="critical"
                      value={one().critical}
                      onValue={(critical) => put(i, { critical })}
                    />
                  </Show>
                  <SpanField
                    label={ta('timing.for')}
                    value={one().lasts ?? { ...draft().lasts, text: '' }}
                    onValue={(lasts) => put(i, { lasts: lasts.text.trim() === '' ? null : lasts })}
                    error={editing.faultAt(`overrides.${i}.for_ms`)}
                  />
                </div>
              </Show>
            </fieldset>
          )}
        </Index>
        <Button look="ghost" icon="plus" class="editor-add" disabled={free().length === 0} onClick={add}>
          {ta('override.add')}
        </Button>
      </section>
    </Show>
  )
}

const nameOf = (hosts: readonly { id: number; name: string }[], id: number): string =>
  hosts.find((host) => host.id === id)?.name ?? ta('words.goneHost', id)

/** Empty: the rule's own, which stands there meanwhile. */
function OwnThreshold(props: {
  editing: Editing
  at: number
  name: 'warning' | 'critical'
  value: string
  onValue: (text: string) => void
}): JSX.Element {
  const draft = props.editing.draft
  const word = () => {
    const unit = unitOfCondition(draft())
    if (unit === null) return ''
    const scales = scalesOf(unit)
    return (scales.find(({ factor }) => factor === draft().scale) ?? scales[0]!).label
  }
  return (
    <NumberField
      label={ta(`condition.${props.name}`)}
      value={props.value}
      onValue={props.onValue}
      placeholder={draft()[props.name] || ta('condition.none')}
      error={props.editing.faultAt(`overrides.${props.at}.${props.name}`)}
      unit={<span class="number-unit">{word()}</span>}
    />
  )
}
