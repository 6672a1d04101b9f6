import type { ShownCertificate } from '@lumen/protocol/http/proxmox/certificate'
import { createSignal, createUniqueId, For, type JSX, Match, Show, Switch } from 'solid-js'
import { calls } from '../../../api/calls.ts'
import { type Answer, call } from '../../../api/client.ts'
import { Banner } from '../../../components/banner.tsx'
import { Button } from '../../../components/button.tsx'
import { CopyBox } from '../../../components/copy-box.tsx'
import { dateTimeText } from '../../../format/time.ts'
import { createSaving } from '../saving.ts'
import { addressesOf, type ConnectionDraft, type TrustBy } from './connection-draft.ts'
import { tx } from './texts.ts'

const WAYS: readonly TrustBy[] = ['fingerprint', 'ca', 'public']
type Commands = Answer<NonNullable<typeof calls.proxmoxCommands.declared>>
type Probe = Answer<NonNullable<typeof calls.probeProxmox.declared>>['probes'][number]

/** How the hub knows whom it is about to tell the secret. */
export function TrustFields(props: {
  draft: ConnectionDraft
  commands: Commands | undefined
  onChange: (change: Partial<ConnectionDraft>) => void
  error: string | undefined
}): JSX.Element {
  const ways = () => (props.draft.kind === 'pve' ? WAYS : WAYS.filter((way) => way !== 'ca'))
  return (
    <fieldset class="proxmox-trust">
      <legend class="label">{tx('proxmox.trust')}</legend>
      <div class="segments">
        <For each={ways()}>
          {(way) => (
            <button
              type="button"
              aria-pressed={props.draft.trustBy === way}
              onClick={() => props.onChange({ trustBy: way })}
            >
              {tx(`proxmox.trust.${way}`)}
            </button>
          )}
        </For>
      </div>
      <p class="dim">{tx(`proxmox.trust.${props.draft.trustBy}Text`)}</p>
      <Switch>
        <Match when={props.draft.trustBy === 'ca'}>
          <AuthorityField {...props} />
        </Match>
        <Match when={props.draft.trustBy === 'fingerprint'}>
          <CertificateChoice {...props} />
        </Match>
      </Switch>
      <Show when={props.error}>{(text) => <Banner kind="fault">{text()}</Banner>}</Show>
    </fieldset>
  )
}

function AuthorityField(props: {
  draft: ConnectionDraft
  commands: Commands | undefined
  onChange: (change: Partial<ConnectionDraft>) => void
}): JSX.Element {
  const id = createUniqueId()
  return (
    <>
      <Show when={props.commands}>
        {(commands) => <CopyBox label={tx('proxmox.pemCommand')} text={commands().pve.authority} />}
      </Show>
      <div class="field">
        <label for={id}>{tx('proxmox.pem')}</label>
        <textarea
          id={id}
          class="mono"
          rows={5}
          spellcheck={false}
          placeholder="-----BEGIN CERTIFICATE-----"
          value={props.draft.pem}
          onInput={(event) => props.onChange({ pem: event.currentTarget.value })}
        />
      </div>
    </>
  )
}

/** Asks each address for its certificate, and takes those somebody says are right. */
function CertificateChoice(props: {
  draft: ConnectionDraft
  commands: Commands | undefined
  onChange: (change: Partial<ConnectionDraft>) => void
}): JSX.Element {
  const [probes, setProbes] = createSignal<readonly Probe[]>([])
  const looking = createSaving()
  const addresses = () => addressesOf(props.draft.addresses)
  const look = () =>
    looking.run(async () => {
      const body = { kind: props.draft.kind, addresses: addresses() }
      const found = (await call(calls.probeProxmox, { body })).probes
      setProbes(found)
      // What is no longer shown by any of them is no longer trusted either.
      const shown = found.map(({ certificate }) => certificate?.fingerprint)
      props.onChange({ sha256: props.draft.sha256.filter((sha256) => shown.includes(sha256)) })
    })
  const take = (sha256: string, isMine: boolean) => {
    const others = props.draft.sha256.filter((each) => each !== sha256)
    props.onChange({ sha256: isMine ? [...others, sha256] : others })
  }
  return (
    <>
      <div>
        <Button
          icon="eye"
          disabled={addresses().length === 0}
          isBusy={looking.isBusy()}
          onClick={() => void look()}
        >
          {probes().length === 0 ? tx('proxmox.look') : tx('proxmox.lookAgain')}
        </Button>
      </div>
      <Show when={looking.error() ?? looking.errorOf('addresses') ?? looking.errorOf('0')}>
        {(text) => <Banner kind="fault">{text()}</Banner>}
      </Show>
      <For each={probes()}>
        {(probe) => (
          <Show
            when={probe.certificate}
            fallback={
              <Banner kind="warn">
                {probe.address}: {probe.fault}
              </Banner>
            }
          >
            {(certificate) => (
              <ShownCard
                address={probe.address}
                certificate={certificate()}
                isTaken={props.draft.sha256.includes(certificate().fingerprint)}
                onTake={(isMine) => take(certificate().fingerprint, isMine)}
              />
            )}
          </Show>
        )}
      </For>
      <Show when={probes().length > 0 && props.commands}>
        {(commands) => (
          <>
            <p class="dim">{tx('proxmox.compare')}</p>
            <CopyBox label={tx('proxmox.compareCommand')} text={commands()[props.draft.kind].fingerprint} />
          </>
        )}
      </Show>
    </>
  )
}

function ShownCard(props: {
  address: string
  certificate: ShownCertificate
  isTaken: boolean
  onTake: (isMine: boolean) => void
}): JSX.Element {
  return (
    <div class="shown-certificate">
      <code class="mono">{props.certificate.fingerprint}</code>
      <p class="dim">
        {props.certificate.subject}, {tx('proxmox.issuedBy', props.certificate.issuer)},{' '}
        {tx('proxmox.until', dateTimeText(props.certificate.not_after))}
      </p>
      <label class="check">
        <input
          type="checkbox"
          checked={props.isTaken}
          onChange={(event) => props.onTake(event.currentTarget.checked)}
        />
        {tx('proxmox.isMine', props.address)}
      </label>
    </div>
  )
}
