import type { ClusterDetail, ClusterGuest } from '@lumen/protocol/http/proxmox/cluster'
import { createMemo, For, type JSX, Show } from 'solid-js'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { SearchBox } from '../../components/search-box.tsx'
import { useNow } from '../../live/ticker.ts'
import { createQueryState } from '../../router.ts'
import { SortTable } from '../host/sort-table.tsx'
import { guestColumns, templateColumns } from './guest-columns.tsx'
import { isWanted } from './guest-filter.ts'
import { Part } from './part-note.tsx'
import { tp } from './texts.ts'

const STATES = ['running', 'stopped', 'paused', 'unknown'] as const
const KINDS = ['qemu', 'lxc'] as const
const MOST_ROWS = 100

/** Guests of all nodes in one table; templates, which never run, apart. */
export function GuestsView(props: {
  cluster: NonNullable<ClusterDetail['cluster']>
  parts: ClusterDetail['parts']
}): JSX.Element {
  const now = useNow()
  const [search, setSearch] = createQueryState<string>('q', '')
  const [node, setNode] = createQueryState<string>('node', '')
  const [kind, setKind] = createQueryState<string>('kind', '')
  const [state, setState] = createQueryState<string>('state', '')
  const guests = () => props.cluster.guests.filter(({ is_template }) => !is_template)
  const templates = createMemo(() => byVmid(props.cluster.guests.filter(({ is_template }) => is_template)))
  const shown = createMemo(() => {
    const wish = { search: search(), node: node(), kind: kind(), state: state() }
    return byVmid(guests().filter((guest) => isWanted(guest, wish)))
  })
  const clear = () => {
    setSearch('')
    setNode('')
    setKind('')
    setState('')
  }
  const columns = guestColumns(() => props.cluster.host_id, now)
  return (
    <>
      <Part
        title={tp('pve.guests')}
        parts={props.parts}
        names={['resources', 'guests']}
        aside={<span class="dim pve-count">{tp('pve.shown', shown().size, guests().length)}</span>}
      >
        <div class="toolbar pve-toolbar">
          <SearchBox label={tp('pve.search')} value={search()} onInput={setSearch} />
          <Choice label={tp('pve.filterNode')} value={node()} onChange={setNode} any={tp('pve.allNodes')}>
            <For each={props.cluster.nodes}>{({ name }) => <option value={name}>{name}</option>}</For>
          </Choice>
          <Choice label={tp('pve.filterKind')} value={kind()} onChange={setKind} any={tp('pve.allKinds')}>
            <For each={KINDS}>{(one) => <option value={one}>{tp(`pve.kinds.${one}`)}</option>}</For>
          </Choice>
          <Choice label={tp('pve.filterState')} value={state()} onChange={setState} any={tp('pve.allStates')}>
            <For each={STATES}>{(one) => <option value={one}>{tp(`pve.state.${one}`)}</option>}</For>
            <option value="uncovered">{tp('pve.notCoveredOnly')}</option>
          </Choice>
        </div>
        <Show
          when={shown().size > 0}
          fallback={
            <EmptyState title={tp(guests().length === 0 ? 'pve.noGuests' : 'pve.noMatch')}>
              <Show when={guests().length > 0}>
                <Button onClick={clear}>{tp('pve.clear')}</Button>
              </Show>
            </EmptyState>
          }
        >
          <div class="panel runs pve-guests">
            <SortTable caption={tp('pve.guests')} rows={shown()} columns={columns} most={MOST_ROWS} />
          </div>
        </Show>
      </Part>
      <Show when={templates().size > 0}>
        <Part title={tp('pve.templates')} parts={props.parts} names={['resources']}>
          <div class="panel">
            <SortTable caption={tp('pve.templates')} rows={templates()} columns={templateColumns()} />
          </div>
        </Part>
      </Show>
    </>
  )
}

const byVmid = (guests: readonly ClusterGuest[]) =>
  new Map(guests.map((guest) => [String(guest.vmid), guest]))

function Choice(props: {
  label: string
  any: string
  value: string
  onChange: (value: string) => void
  children: JSX.Element
}): JSX.Element {
  return (
    <select
      class="select"
      aria-label={props.label}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    >
      <option value="">{props.any}</option>
      {props.children}
    </select>
  )
}
