import type { WrongCertificate } from '@lumen/protocol/http/proxmox/connections'
import { For, type JSX, Show } from 'solid-js'
import { Banner } from '../../../components/banner.tsx'
import { tx } from './texts.ts'

/** What was trusted and what was shown instead, to compare. */
export function WrongCertificateNote(props: {
  certificate: WrongCertificate
  action?: JSX.Element
}): JSX.Element {
  return (
    <Banner kind="fault" action={props.action}>
      {tx('proxmox.wrongCertificate', props.certificate.address)}
      <Show when={props.certificate.shown === null}> {props.certificate.why}</Show>
      <dl class="fingerprints">
        <Show when={props.certificate.trusted.length > 0}>
          <dt>{tx('proxmox.trusted')}</dt>
          <For each={props.certificate.trusted}>{(sha256) => <dd class="mono">{sha256}</dd>}</For>
        </Show>
        <Show when={props.certificate.shown}>
          {(shown) => (
            <>
              <dt>{tx('proxmox.shown')}</dt>
              <dd class="mono">{shown().fingerprint}</dd>
            </>
          )}
        </Show>
      </dl>
    </Banner>
  )
}
