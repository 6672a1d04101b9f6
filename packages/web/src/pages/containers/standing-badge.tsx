import type { JSX } from 'solid-js'
import { t } from '../../i18n/t.ts'
import { type Group, groupOf, type Standing } from './standing.ts'

/** trouble: cross · running: disc · paused: two bars · stopped: square · unknown: broken ring. */
const SHAPES: Record<Group, () => JSX.Element> = {
  trouble: () => (
    <path d="M2.5 2.5l7 7M9.5 2.5l-7 7" stroke="currentColor" stroke-width="2" stroke-linecap="round" />
  ),
  running: () => <circle cx="6" cy="6" r="4" fill="currentColor" />,
  paused: () => <path d="M4 2.5v7M8 2.5v7" stroke="currentColor" stroke-width="2" stroke-linecap="round" />,
  stopped: () => <rect x="2.5" y="2.5" width="7" height="7" rx="1.5" fill="currentColor" />,
  unknown: () => (
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

export function GroupShape(props: { group: Group }): JSX.Element {
  return (
    <svg class={`state-shape ${props.group}`} width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
      {SHAPES[props.group]()}
    </svg>
  )
}

/** How a container is, as shape, word and colour. */
export function StandingBadge(props: { standing: Standing }): JSX.Element {
  return (
    <span class={`state-badge ${groupOf(props.standing)}`}>
      <GroupShape group={groupOf(props.standing)} />
      <span class="state-word">{t(`standing.${props.standing}`)}</span>
    </span>
  )
}
