import type { Channel } from '@lumen/protocol/http/channels'
import { type JSX, Show } from 'solid-js'
import { ta } from '../../../i18n/ta.ts'
import { Segments } from '../shared/segments.tsx'
import { SpanField } from '../shared/span-field.tsx'
import { Switch as OnOff } from '../shared/switch.tsx'
import { ChannelChoice } from './channel-choice.tsx'
import type { Editing } from './editing.ts'

/** Whom a rule tells, whether again, and whom then. */
export function TellingFields(props: { editing: Editing; channels: readonly Channel[] }): JSX.Element {
  const { editing } = props
  const draft = editing.draft
  const defaults = () => props.channels.filter(({ spec }) => spec.is_enabled && spec.is_default)
  return (
    <section class="editor-card" aria-labelledby="editor-telling">
      <h3 id="editor-telling">{ta('telling.title')}</h3>
      <Show
        when={props.channels.length > 0}
        fallback={
          <p class="field-note">
            {ta('telling.noChannel')} <a href="/alerts/channels?add=1">{ta('hint.addChannel')}</a>
          </p>
        }
      >
        <Segments
          label={ta('telling.whom')}
          choices={[
            { value: 'default', text: ta('telling.default') },
            { value: 'own', text: ta('telling.own') },
          ]}
          value={draft().channels === null ? 'default' : 'own'}
          onValue={(whom) =>
            editing.change({ channels: whom === 'default' ? null : defaults().map(({ id }) => id) })
          }
        />
        <Show
          when={draft().channels}
          fallback={
            <p class="field-note">
              {defaults().length === 0
                ? ta('telling.noDefault')
                : defaults()
                    .map(({ spec }) => spec.name)
                    .join(', ')}
            </p>
          }
        >
          {(chosen) => (
            <ChannelChoice
              label={ta('telling.own')}
              channels={props.channels}
              value={chosen()}
              onValue={(channels) => editing.change({ channels })}
              error={editing.faultAt('channels')}
            />
          )}
        </Show>
      </Show>
      <OnOff
        label={ta('telling.repeat')}
        isLabelShown
        isOn={draft().repeats !== null}
        onChange={(isOn) => editing.change({ repeats: isOn ? { text: '4', unit: 'h' } : null })}
      />
      <Show when={draft().repeats}>
        {(span) => (
          <div class="field-row indented">
            <SpanField
              label={ta('telling.every')}
              hint={ta('telling.everyHint')}
              value={span()}
              onValue={(repeats) => editing.change({ repeats })}
              error={editing.faultAt('repeat_ms')}
            />
          </div>
        )}
      </Show>
      <Show when={props.channels.length > 0}>
        <OnOff
          label={ta('telling.escalate')}
          isLabelShown
          isOn={draft().escalates !== null}
          onChange={(isOn) =>
            editing.change({ escalates: isOn ? { after: { text: '30', unit: 'min' }, channels: [] } : null })
          }
        />
        <Show when={draft().escalates}>
          {(escalates) => (
            <div class="indented">
              <div class="field-row">
                <SpanField
                  label={ta('telling.after')}
                  value={escalates().after}
                  onValue={(after) => editing.change({ escalates: { ...escalates(), after } })}
                  error={editing.faultAt('escalate.after_ms')}
                />
              </div>
              <ChannelChoice
                label={ta('telling.then')}
                channels={props.channels}
                value={escalates().channels}
                onValue={(channels) => editing.change({ escalates: { ...escalates(), channels } })}
                error={editing.faultAt('escalate.channels')}
              />
            </div>
          )}
        </Show>
      </Show>
    </section>
  )
}
