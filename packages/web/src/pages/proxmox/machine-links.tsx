import type { MachineLink } from '@lumen/protocol/http/proxmox/machine-links'
import { createMemo, For, type JSX, Show } from 'solid-js'
import { call } from '../../api/client.ts'
import { proxmoxCalls } from '../../api/proxmox-calls.ts'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { toast } from '../../components/toast.tsx'
import { createSaving } from '../settings/saving.ts'
import { machineText } from './machine-text.ts'
import { tp } from './texts.ts'

/** Agents that seem to run inside this cluster: what speaks for it, and somebody's word on it. */
export function MachineLinks(props: { links: readonly MachineLink[]; onDecided: () => void }): JSX.Element {
  const proposed = linksOf(props, 'proposed')
  return (
    <Show when={proposed().length > 0}>
      <section class="pve-links" aria-label={tp('pve.links')}>
        <h2>{tp('pve.links')}</h2>
        <p class="dim">{tp('pve.linksAbout')}</p>
        <ul>
          <For each={proposed()}>{(link) => <Proposal link={link} onDecided={props.onDecided} />}</For>
        </ul>
      </section>
    </Show>
  )
}

/** What somebody said is not the same, folded away: each can be proposed again. */
export function RefusedLinks(props: { links: readonly MachineLink[]; onDecided: () => void }): JSX.Element {
  const refused = linksOf(props, 'refused')
  return (
    <Show when={refused().length > 0}>
      <details class="pve-refused">
        <summary>{tp('pve.refusedLinks', refused().length)}</summary>
        <ul class="pve-links">
          <For each={refused()}>{(link) => <Refused link={link} onDecided={props.onDecided} />}</For>
        </ul>
      </details>
    </Show>
  )
}

/** Those of one state, the same until something about them changes: what is asked anew takes no focus away. */
function linksOf(props: { links: readonly MachineLink[] }, state: MachineLink['state']) {
  return createMemo(() => props.links.filter((link) => link.state === state), [], {
    equals: (a, b) => JSON.stringify(a) === JSON.stringify(b),
  })
}

function Refused(props: { link: MachineLink; onDecided: () => void }): JSX.Element {
  const saving = createSaving()
  const { host } = props.link
  const undo = async () => {
    if (!(await saving.run(() => call(proxmoxCalls.undoMachineLink, { body: pairOf(props.link) })))) return
    toast(tp('pve.proposedAgain', host.name))
    props.onDecided()
  }
  return (
    <li>
      <div>
        <a href={`/hosts/${host.id}`}>{host.name}</a> ≠ {machineText(props.link.machine)}
        <Show when={saving.error()}>{(error) => <Banner kind="fault">{error()}</Banner>}</Show>
      </div>
      <div class="pve-decide">
        <Button isBusy={saving.isBusy()} onClick={() => void undo()}>
          {tp('pve.proposeAgain')}
          <span class="visually-hidden">: {host.name}</span>
        </Button>
      </div>
    </li>
  )
}

/** The two a link is about, as the hub is told of them. */
function pairOf({ host, machine: { connection_id, vmid, node } }: MachineLink) {
  return { host_id: host.id, connection_id, vmid, node: vmid === null ? node : null }
}

function Proposal(props: { link: MachineLink; onDecided: () => void }): JSX.Element {
  const saving = createSaving()
  const { host, machine, evidence } = props.link
  const decide = async (decision: 'confirmed' | 'refused') => {
    const body = { ...pairOf(props.link), decision }
    const isSaved = await saving.run(() => call(proxmoxCalls.decideMachineLink, { body }))
    if (!isSaved) return
    toast(tp(decision === 'confirmed' ? 'pve.confirmed' : 'pve.refused', host.name))
    props.onDecided()
  }
  return (
    <li>
      <div>
        <strong>
          <a href={`/hosts/${host.id}`}>{host.name}</a> = {machineText(machine)}
        </strong>
        <p class="dim">
          {tp('pve.evidence')}{' '}
          {evidence.map(({ kind, value }) => `${tp(`pve.evidence.${kind}`)} ${value}`).join(', ')}
        </p>
        <Show when={saving.error()}>{(error) => <Banner kind="fault">{error()}</Banner>}</Show>
      </div>
      <div class="pve-decide">
        <Button isBusy={saving.isBusy()} onClick={() => void decide('refused')}>
          {tp('pve.refuse')}
        </Button>
        <Button look="primary" isBusy={saving.isBusy()} onClick={() => void decide('confirmed')}>
          {tp('pve.confirm')}
        </Button>
      </div>
    </li>
  )
}
