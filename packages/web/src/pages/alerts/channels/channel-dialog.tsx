import type { Channel, ChannelKind, ChannelSpec } from '@lumen/protocol/http/channels'
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { alertCalls } from '../../../api/alert-calls.ts'
import { call } from '../../../api/client.ts'
import { Banner } from '../../../components/banner.tsx'
import { Button } from '../../../components/button.tsx'
import { Dialog } from '../../../components/dialog.tsx'
import { toast } from '../../../components/toast.tsx'
import { t } from '../../../i18n/t.ts'
import { ta } from '../../../i18n/ta.ts'
import { createSaving } from '../../settings/saving.ts'
import { ChoiceField } from '../shared/choice-field.tsx'
import { ALERT_LEVELS } from '../shared/levels.ts'
import { Switch as OnOff } from '../shared/switch.tsx'
import { TextField } from '../shared/text-field.tsx'
import { draftOf, type KindForm, readDraft } from './channel-draft.ts'
import { ChannelFields } from './channel-fields.tsx'
import { TestButton } from './test-button.tsx'

/** Adds or changes a channel; its form is what the hub says the kind needs. */
export function ChannelDialog(props: {
  channel: Channel | undefined
  /** The kind a new one begins with, where it names one. */
  wanted: string
  kinds: readonly KindForm[]
  onClose: () => void
  onSaved: () => void
}): JSX.Element {
  const formOf = (kind: ChannelKind) => props.kinds.find((form) => form.kind === kind)
  const [form, setForm] = createSignal(
    (props.channel && formOf(props.channel.spec.kind)) ??
      props.kinds.find(({ kind }) => kind === props.wanted) ??
      formOf('ntfy') ??
      props.kinds[0]!,
  )
  const first = draftOf(props.channel, form())
  const [draft, setDraft] = createSignal(first)
  const [isInsisting, setInsisting] = createSignal(false)
  const saving = createSaving({ channel_name_taken: 'name' })
  const known = () => (props.channel?.spec.kind === form().kind ? props.channel.secrets : [])
  const read = createMemo(() => readDraft(draft(), form(), known()))
  const isChanged = () => JSON.stringify(draft()) !== JSON.stringify(first)
  const change = (part: Partial<ReturnType<typeof draft>>) => {
    setDraft({ ...draft(), ...part })
    saving.clear()
  }
  const chooseKind = (kind: ChannelKind) => {
    const next = formOf(kind)
    if (next === undefined) return
    setForm(next)
    const { settings } = draftOf(undefined, next)
    change({ kind, settings, secrets: {} })
    setInsisting(false)
  }
  const faultAt = (path: string) => {
    const own = read().faults[path]
    if (own !== undefined && (isInsisting() || own !== 'missing')) return ta(`fault.${own}`)
    return saving.errorOf(path)
  }
  /** What is asked of the hub, or undefined while something is missing, which is told then. */
  const complete = (): ChannelSpec | undefined => {
    setInsisting(true)
    return Object.keys(read().faults).length === 0 ? read().spec : undefined
  }
  const submit = async (event: Event) => {
    event.preventDefault()
    const body = complete()
    if (body === undefined) return
    const isDone = await saving.run(() =>
      props.channel === undefined
        ? call(alertCalls.createChannel, { body })
        : call(alertCalls.changeChannel, { params: { id: props.channel.id }, body }),
    )
    if (!isDone) return
    toast(ta('channels.saved', body.name))
    props.onSaved()
  }
  return (
    <Dialog
      isOpen
      onClose={props.onClose}
      closesOutside={!isChanged()}
      size="medium"
      title={
        props.channel === undefined ? ta('channels.add') : ta('channels.editTitle', props.channel.spec.name)
      }
    >
      <form class="dialog-form" noValidate onSubmit={(event) => void submit(event)}>
        <div class="field-row">
          <TextField
            label={ta('channels.name')}
            value={draft().name}
            onValue={(name) => change({ name })}
            error={faultAt('name')}
            placeholder={ta(`kind.${form().kind}`)}
            maxLength={128}
          />
          <Show when={props.channel === undefined}>
            <ChoiceField
              label={ta('channels.kind')}
              onValue={(kind) => chooseKind(kind as ChannelKind)}
              error={saving.errorOf('kind')}
            >
              <For each={props.kinds}>
                {({ kind }) => (
                  <option value={kind} selected={kind === form().kind}>
                    {ta(`kind.${kind}`)}
                  </option>
                )}
              </For>
            </ChoiceField>
          </Show>
        </div>
        <p class="field-note">{ta(`kindAbout.${form().kind}`)}</p>
        <ChannelFields
          form={form()}
          draft={draft()}
          known={known()}
          onSettings={(settings) => change({ settings })}
          onSecrets={(secrets) => change({ secrets })}
          faultAt={faultAt}
        />
        <ChoiceField
          label={ta('channels.least')}
          onValue={(level) => change({ leastLevel: level as ChannelSpec['least_level'] })}
        >
          <For each={ALERT_LEVELS}>
            {(level) => (
              <option value={level} selected={level === draft().leastLevel}>
                {ta(`channels.least.${level}`)}
              </option>
            )}
          </For>
        </ChoiceField>
        <OnOff
          label={ta('channels.default')}
          isLabelShown
          isOn={draft().isDefault}
          onChange={(isDefault) => change({ isDefault })}
        />
        <OnOff
          label={ta('channels.enabled')}
          isLabelShown
          isOn={draft().isEnabled}
          onChange={(isEnabled) => change({ isEnabled })}
        />
        <Show when={saving.error()}>{(text) => <Banner kind="fault">{text()}</Banner>}</Show>
        <TestButton id={props.channel?.id ?? null} spec={complete} onRefused={saving.run} />
        <div class="dialog-foot">
          <Button onClick={props.onClose}>{t('dialog.cancel')}</Button>
          <Button type="submit" look="primary" isBusy={saving.isBusy()}>
            {ta(props.channel === undefined ? 'channels.create' : 'channels.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
