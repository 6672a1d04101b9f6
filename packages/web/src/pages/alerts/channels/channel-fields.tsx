import type { ChannelField } from '@lumen/protocol/http/channels'
import { createSignal, createUniqueId, For, type JSX, Match, Show, Switch } from 'solid-js'
import { Button } from '../../../components/button.tsx'
import { Field } from '../../../components/field.tsx'
import { ta } from '../../../i18n/ta.ts'
import { ChoiceField } from '../shared/choice-field.tsx'
import { Switch as OnOff } from '../shared/switch.tsx'
import { TextField } from '../shared/text-field.tsx'
import { type ChannelDraft, fieldTitle, type KindForm } from './channel-draft.ts'
import { FIELD_HINTS, FIELD_WORDS } from './field-words.ts'

/** The fields of a kind, as the hub lists them. */
export function ChannelFields(props: {
  form: KindForm
  draft: ChannelDraft
  /** Names of the secrets that are set. */
  known: readonly string[]
  onSettings: (settings: Record<string, string>) => void
  onSecrets: (secrets: Record<string, string>) => void
  faultAt: (path: string) => string | undefined
}): JSX.Element {
  const title = (field: ChannelField) => {
    const words = FIELD_WORDS[field.name]
    const name = words === undefined ? fieldTitle(field.name) : ta(words)
    return field.is_required || field.kind === 'switch' ? name : ta('channels.optional', name)
  }
  const hint = (field: ChannelField) => {
    const words = FIELD_HINTS[field.name] ?? (field.kind === 'lines' ? 'hintField.lines' : undefined)
    const own = field.kind === 'pairs' ? 'hintField.pairs' : words
    return own === undefined ? undefined : ta(own)
  }
  const set = (name: string, value: string) => props.onSettings({ ...props.draft.settings, [name]: value })
  return (
    <For each={props.form.fields}>
      {(field) => {
        const value = () => props.draft.settings[field.name] ?? ''
        const error = () => props.faultAt(`settings.${field.name}`)
        return (
          <Switch
            fallback={
              <TextField
                label={title(field)}
                hint={hint(field)}
                value={value()}
                onValue={(text) => set(field.name, text)}
                error={error()}
                maxLength={2_048}
              />
            }
          >
            <Match when={field.kind === 'secret'}>
              <SecretField
                label={title(field)}
                isSet={props.known.includes(field.name)}
                isRequired={field.is_required}
                value={props.draft.secrets[field.name]}
                error={props.faultAt(`secrets.${field.name}`)}
                onValue={(text) => {
                  const { [field.name]: _, ...others } = props.draft.secrets
                  props.onSecrets(text === undefined ? others : { ...others, [field.name]: text })
                }}
              />
            </Match>
            <Match when={field.kind === 'switch'}>
              <OnOff
                label={title(field)}
                isLabelShown
                isOn={value() === 'true'}
                onChange={(isOn) => set(field.name, String(isOn))}
              />
            </Match>
            <Match when={field.kind === 'choice'}>
              <ChoiceField label={title(field)} error={error()} onValue={(choice) => set(field.name, choice)}>
                <Show when={!field.is_required && field.default === undefined}>
                  <option value="" selected={value() === ''}>
                    –
                  </option>
                </Show>
                <For each={field.choices ?? []}>
                  {(choice) => (
                    <option value={choice} selected={choice === value()}>
                      {choice}
                    </option>
                  )}
                </For>
              </ChoiceField>
            </Match>
            <Match when={field.kind === 'lines' || field.kind === 'pairs'}>
              <AreaField
                label={title(field)}
                hint={hint(field)}
                value={value()}
                error={error()}
                onValue={(text) => set(field.name, text)}
              />
            </Match>
          </Switch>
        )
      }}
    </For>
  )
}

/** Written, never read back: one that is set can only be replaced. */
function SecretField(props: {
  label: string
  isSet: boolean
  isRequired: boolean
  /** Undefined: stays as it is. Empty: is taken away. */
  value: string | undefined
  error: string | undefined
  onValue: (text: string | undefined) => void
}): JSX.Element {
  const [isReplacing, setReplacing] = createSignal(false)
  const isRemoved = () => props.value === ''
  return (
    <Show
      when={props.isSet && !isReplacing()}
      fallback={
        <div class="secret">
          <Field
            label={props.label}
            type="password"
            value={props.value ?? ''}
            onValue={(text) => props.onValue(text === '' ? undefined : text)}
            error={props.error}
            autocomplete="new-password"
            spellcheck={false}
          />
          <Show when={props.isSet}>
            <Button
              look="ghost"
              onClick={() => {
                setReplacing(false)
                props.onValue(undefined)
              }}
            >
              {ta('channels.keepSecret')}
            </Button>
          </Show>
        </div>
      }
    >
      <div class="secret-set">
        <span class="label">{props.label}</span>
        <span class="dim">{ta(isRemoved() ? 'channels.secretGone' : 'channels.secretSet')}</span>
        <Show
          when={!isRemoved()}
          fallback={
            <Button look="ghost" onClick={() => props.onValue(undefined)}>
              {ta('channels.keepSecret')}
            </Button>
          }
        >
          <Button
            look="ghost"
            aria-label={ta('channels.replaceSecret', props.label)}
            onClick={() => setReplacing(true)}
          >
            {ta('channels.replace')}
          </Button>
          <Show when={!props.isRequired}>
            <Button
              look="ghost"
              aria-label={ta('channels.removeSecret', props.label)}
              onClick={() => props.onValue('')}
            >
              {ta('channels.remove')}
            </Button>
          </Show>
        </Show>
      </div>
    </Show>
  )
}

function AreaField(props: {
  label: string
  hint: string | undefined
  value: string
  error: string | undefined
  onValue: (text: string) => void
}): JSX.Element {
  const id = createUniqueId()
  const note = () => props.error ?? props.hint
  return (
    <div class="field" classList={{ invalid: props.error !== undefined }}>
      <label for={id}>{props.label}</label>
      <textarea
        id={id}
        class="input area"
        rows={3}
        autocapitalize="none"
        spellcheck={false}
        value={props.value}
        aria-invalid={props.error !== undefined}
        aria-describedby={note() === undefined ? undefined : `${id}-note`}
        onInput={(event) => props.onValue(event.currentTarget.value)}
      />
      <Show when={note()}>
        <p id={`${id}-note`} class="field-note" role={props.error === undefined ? undefined : 'alert'}>
          {note()}
        </p>
      </Show>
    </div>
  )
}
