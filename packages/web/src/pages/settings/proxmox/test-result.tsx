import type { ProxmoxTest } from '@lumen/protocol/http/proxmox/connections'
import { type JSX, Match, Show, Switch } from 'solid-js'
import { Banner } from '../../../components/banner.tsx'
import { formatText } from '../../../format/unit.ts'
import { MissingRights } from './rights.tsx'
import { tx } from './texts.ts'
import { WrongCertificateNote } from './wrong-certificate.tsx'

/** A clock this far off is worth a word. */
const CLOCK_OFF_MS = 5_000

/** What came of trying a connection. */
export function TestResult(props: { result: ProxmoxTest }): JSX.Element {
  const found = () => {
    const { version, nodes, guests, datastores } = props.result
    return [
      version,
      nodes === null ? null : tx('proxmox.nodes', nodes),
      guests === null ? null : tx('proxmox.guests', guests),
      datastores === null ? null : tx('proxmox.datastores', datastores),
    ]
      .filter((part) => part !== null)
      .join(', ')
  }
  const clockOff = () => {
    const offMs = Math.abs(props.result.clock_offset_ms ?? 0)
    return offMs < CLOCK_OFF_MS ? undefined : tx('proxmox.clockOff', formatText('seconds', offMs / 1000))
  }
  return (
    <div class="proxmox-result" role="status">
      <Switch>
        <Match when={props.result.certificate}>
          {(certificate) => <WrongCertificateNote certificate={certificate()} />}
        </Match>
        <Match when={props.result.fault}>{(fault) => <Banner kind="fault">{fault()}</Banner>}</Match>
        <Match when={found() !== ''}>
          <Banner kind="info" icon="check">
            {tx('proxmox.testOk', found())}
          </Banner>
        </Match>
      </Switch>
      <Show when={props.result.missing_rights.length > 0}>
        <MissingRights rights={props.result.missing_rights} />
      </Show>
      <Show when={clockOff()}>{(text) => <Banner kind="warn">{text()}</Banner>}</Show>
    </div>
  )
}
