import type { ProxmoxConnection } from '@lumen/protocol/http/proxmox/connections'
import { For, type JSX, Show } from 'solid-js'
import { Banner } from '../../../components/banner.tsx'
import { Button } from '../../../components/button.tsx'
import { Menu } from '../../../components/menu.tsx'
import { dateTimeText, relativeText } from '../../../format/time.ts'
import { t } from '../../../i18n/t.ts'
import { useNow } from '../../../live/ticker.ts'
import { ConnectionBadge } from './connection-state.tsx'
import { MissingRights } from './rights.tsx'
import { tx } from './texts.ts'
import { WrongCertificateNote } from './wrong-certificate.tsx'

/** One connection: how it fares, and what is wrong in words. */
export function ConnectionCard(props: {
  connection: ProxmoxConnection
  onEdit: () => void
  onRemove: () => void
}): JSX.Element {
  const now = useNow()
  /** Nothing was heard yet of which one could say that it is not known. */
  const isAsking = () => ['starting', 'up', 'limited'].includes(props.connection.state)
  return (
    <article class="proxmox-connection" aria-label={props.connection.name}>
      <header>
        <h3>{props.connection.name}</h3>
        <span class="dim">{tx(`proxmox.kind.${props.connection.kind}`)}</span>
        <ConnectionBadge state={props.connection.state} />
        <Menu
          label={tx('proxmox.actionsFor', props.connection.name)}
          items={[
            { label: tx('proxmox.edit'), icon: 'pencil', onSelect: props.onEdit },
            { label: tx('proxmox.remove'), icon: 'trash', isDanger: true, onSelect: props.onRemove },
          ]}
        />
      </header>
      <Show
        when={props.connection.certificate}
        fallback={
          <Show when={props.connection.fault}>{(fault) => <Banner kind="fault">{fault()}</Banner>}</Show>
        }
      >
        {(certificate) => (
          <WrongCertificateNote
            certificate={certificate()}
            action={<Button onClick={props.onEdit}>{tx('proxmox.confirmCertificate')}</Button>}
          />
        )}
      </Show>
      <Show when={props.connection.missing_rights.length > 0}>
        <MissingRights rights={props.connection.missing_rights} />
      </Show>
      <For each={props.connection.faults}>{(fault) => <Banner kind="warn">{fault}</Banner>}</For>
      <dl class="facts">
        <Fact name={tx('proxmox.lastOk')}>
          <Show when={props.connection.last_ok} fallback={t('hosts.never')}>
            {(at) => <span title={dateTimeText(at())}>{relativeText(at(), now())}</span>}
          </Show>
        </Fact>
        <Fact name={tx('proxmox.version')}>
          <Show when={props.connection.version} fallback={isAsking() ? tx('proxmox.asking') : '–'}>
            {(version) => version()}
          </Show>
        </Fact>
        <Fact name={tx('proxmox.asked')}>
          {props.connection.address ?? props.connection.addresses.join(', ')}
        </Fact>
        <Fact name={tx('proxmox.requests')}>
          <span class="num">{props.connection.requests_per_minute}</span>
        </Fact>
      </dl>
    </article>
  )
}

function Fact(props: { name: string; children: JSX.Element }): JSX.Element {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  )
}
