import type { ProxmoxConnection, ProxmoxKind, ProxmoxTest } from '@lumen/protocol/http/proxmox/connections'
import { createResource, createSignal, createUniqueId, For, type JSX, Show } from 'solid-js'
import { calls } from '../../../api/calls.ts'
import { call } from '../../../api/client.ts'
import { Banner } from '../../../components/banner.tsx'
import { Button } from '../../../components/button.tsx'
import { CopyBox } from '../../../components/copy-box.tsx'
import { Dialog } from '../../../components/dialog.tsx'
import { Field } from '../../../components/field.tsx'
import { toast } from '../../../components/toast.tsx'
import { t } from '../../../i18n/t.ts'
import { createSaving } from '../saving.ts'
import { type ConnectionDraft, draftOf, EMPTY_DRAFT, inputOf, isComplete } from './connection-draft.ts'
import { TestResult } from './test-result.tsx'
import { tx } from './texts.ts'
import { TrustFields } from './trust-fields.tsx'

const KINDS: readonly ProxmoxKind[] = ['pve', 'pbs']

/** Makes a connection, or changes one. */
export function ConnectDialog(props: {
  connection: ProxmoxConnection | undefined
  onClose: () => void
  onSaved: () => void
}): JSX.Element {
  const known = props.connection
  const [draft, setDraft] = createSignal<ConnectionDraft>(known === undefined ? EMPTY_DRAFT : draftOf(known))
  const [result, setResult] = createSignal<ProxmoxTest | undefined>()
  const [commands] = createResource(() => call(calls.proxmoxCommands).catch(() => undefined))
  const testing = createSaving()
  const saving = createSaving({ connection_name_taken: 'name', secret_needed: 'secret' })
  const change = (part: Partial<ConnectionDraft>) => {
    setDraft({ ...draft(), ...part })
    setResult(undefined)
    saving.clear()
    testing.clear()
  }
  const errorOf = (field: string) => saving.errorOf(field) ?? testing.errorOf(field)

  const test = () =>
    testing.run(async () => {
      const { name: _, secret, ...input } = inputOf(draft())
      setResult(
        secret === undefined && known !== undefined
          ? await call(calls.testSavedProxmox, { params: { id: known.id } })
          : await call(calls.testProxmox, { body: { ...input, secret: secret ?? '' } }),
      )
    })
  const save = async (event: Event) => {
    event.preventDefault()
    const input = inputOf(draft())
    const isSaved = await saving.run(async () => {
      if (known === undefined)
        await call(calls.createProxmox, { body: { ...input, secret: input.secret ?? '' } })
      else {
        const { kind: _, ...body } = input
        await call(calls.changeProxmox, { params: { id: known.id }, body })
      }
    })
    if (!isSaved) return
    toast(known === undefined ? tx('proxmox.connected', input.name) : tx('proxmox.saved'))
    props.onSaved()
    props.onClose()
  }
  return (
    <Dialog
      isOpen
      onClose={props.onClose}
      size="medium"
      closesOutside={false}
      title={known === undefined ? tx('proxmox.connectTitle') : tx('proxmox.editTitle', known.name)}
    >
      <form class="proxmox-form" noValidate onSubmit={(event) => void save(event)}>
        <Show when={known === undefined}>
          <KindChoice draft={draft()} onChange={change} />
        </Show>
        <Field
          label={tx('proxmox.name')}
          hint={tx('proxmox.nameHint')}
          value={draft().name}
          onValue={(name) => change({ name })}
          error={errorOf('name')}
          placeholder="home"
          autocomplete="off"
          maxLength={128}
        />
        <Field
          label={tx('proxmox.addresses')}
          hint={tx('proxmox.addressesHint')}
          value={draft().addresses}
          onValue={(addresses) => change({ addresses })}
          error={errorOf('addresses') ?? errorOf('0')}
          placeholder={draft().kind === 'pve' ? 'pve1.lan, 10.0.0.12' : 'pbs.lan'}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
        />
        <Show when={commands()}>
          {(known) => (
            <details class="proxmox-how">
              <summary>{tx('proxmox.howToken')}</summary>
              <p class="dim">
                {draft().kind === 'pve' ? tx('proxmox.howTokenText') : tx('proxmox.howTokenTextPbs')}
              </p>
              <CopyBox label={tx('proxmox.commands')} text={known()[draft().kind].token.join('\n')} />
            </details>
          )}
        </Show>
        <Field
          label={tx('proxmox.tokenId')}
          value={draft().tokenId}
          onValue={(tokenId) => change({ tokenId })}
          error={errorOf('token_id')}
          placeholder={draft().kind === 'pve' ? 'lumen@pve!hub' : 'lumen@pbs!hub'}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
        />
        <Field
          label={tx('proxmox.secret')}
          type="password"
          hint={known === undefined ? undefined : tx('proxmox.secretKept')}
          value={draft().secret}
          onValue={(secret) => change({ secret })}
          error={errorOf('secret')}
          autocomplete="off"
        />
        <TrustFields
          draft={draft()}
          commands={commands()}
          onChange={change}
          error={errorOf('trust') ?? errorOf('pem') ?? errorOf('sha256')}
        />
        <Show when={draft().kind === 'pve'}>
          <SmartChoice draft={draft()} onChange={change} />
        </Show>
        <Show when={testing.error() ?? saving.error()}>
          {(text) => <Banner kind="fault">{text()}</Banner>}
        </Show>
        <Show when={result()}>{(told) => <TestResult result={told()} />}</Show>
        <div class="dialog-foot">
          <Button onClick={props.onClose}>{t('dialog.cancel')}</Button>
          <Button
            isBusy={testing.isBusy()}
            disabled={!isComplete(draft(), known === undefined)}
            onClick={() => void test()}
          >
            {tx('proxmox.test')}
          </Button>
          <Button
            type="submit"
            look="primary"
            isBusy={saving.isBusy()}
            disabled={draft().name.trim() === '' || !isComplete(draft(), known === undefined)}
          >
            {known === undefined ? tx('proxmox.connect') : t('form.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

/** Off unless somebody wants it: it is the only thing asked that costs the cluster something. */
function SmartChoice(props: {
  draft: ConnectionDraft
  onChange: (change: Partial<ConnectionDraft>) => void
}): JSX.Element {
  const id = createUniqueId()
  return (
    <div class="proxmox-smart">
      <label class="check">
        <input
          type="checkbox"
          checked={props.draft.asksSmart}
          aria-describedby={id}
          onChange={(event) => props.onChange({ asksSmart: event.currentTarget.checked })}
        />
        {tx('proxmox.smart')}
      </label>
      <p id={id} class="dim">
        {tx('proxmox.smartText')}
      </p>
    </div>
  )
}

function KindChoice(props: {
  draft: ConnectionDraft
  onChange: (change: Partial<ConnectionDraft>) => void
}): JSX.Element {
  const choose = (kind: ConnectionDraft['kind']) => {
    const isLost = kind === 'pbs' && props.draft.trustBy === 'ca'
    props.onChange({ kind, ...(isLost ? { trustBy: 'fingerprint' } : {}) })
  }
  return (
    <fieldset class="proxmox-kind">
      <legend class="label">{tx('proxmox.kind')}</legend>
      <div class="segments">
        <For each={KINDS}>
          {(kind) => (
            <button type="button" aria-pressed={props.draft.kind === kind} onClick={() => choose(kind)}>
              {tx(`proxmox.kind.${kind}`)}
            </button>
          )}
        </For>
      </div>
    </fieldset>
  )
}
