import type { HostSummary } from '@lumen/protocol/http/hosts'
import type { JSX } from 'solid-js'
import { t } from '../i18n/t.ts'

export type HostState = HostSummary['state']

/** up: filled disc · stale: half disc · down: cross · waiting: ring. The shape alone tells them apart. */
const SHAPES: Record<HostState, () => JSX.Element> = {
  up: () => <circle cx="6" cy="6" r="4" fill="currentColor" />,
  stale: () => (
    <>
      <circle cx="6" cy="6" r="3.75" fill="none" stroke="currentColor" stroke-width="1.5" />
      <path d="M6 2.25a3.75 3.75 0 0 1 0 7.5z" fill="currentColor" />
    </>
  ),
  down: () => (
    <path d="M2.5 2.5l7 7M9.5 2.5l-7 7" stroke="currentColor" stroke-width="2" stroke-linecap="round" />
  ),
  waiting: () => (
    <circle
      cx="6"
      cy="6"
      r="3.75"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-dasharray="2.4 1.5"
    />
  ),
}

export function StateShape(props: { state: HostState }): JSX.Element {
  return (
    <svg class={`state-shape ${props.state}`} width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
      {SHAPES[props.state]()}
    </svg>
  )
}

/** A host's state as shape, word and colour. */
export function StateBadge(props: { state: HostState }): JSX.Element {
  return (
    <span class={`state-badge ${props.state}`}>
      <StateShape state={props.state} />
      <span class="state-word">{t(`state.${props.state}`)}</span>
    </span>
  )
}
