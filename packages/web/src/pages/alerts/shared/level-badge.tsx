import type { JSX } from 'solid-js'
import { ta } from '../../../i18n/ta.ts'

export type Standing = 'critical' | 'warning' | 'pending' | 'resolved' | 'fine'

/** critical: filled octagon · warning: filled triangle · pending: ring of dashes · over or fine: tick. */
const SHAPES: Record<Standing, () => JSX.Element> = {
  critical: () => <path d="M4 1.2h4l2.8 2.8v4l-2.8 2.8h-4l-2.8-2.8v-4z" fill="currentColor" />,
  warning: () => <path d="M6 1l5.4 9.6h-10.8z" fill="currentColor" />,
  pending: () => (
    <circle
      cx="6"
      cy="6"
      r="4"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-dasharray="2.4 1.7"
    />
  ),
  resolved: () => (
    <path
      d="M2 6.5l2.8 2.8l5.4-6.3"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
    />
  ),
  fine: () => (
    <path
      d="M2 6.5l2.8 2.8l5.4-6.3"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
    />
  ),
}

export function LevelShape(props: { standing: Standing }): JSX.Element {
  return (
    <svg
      class={`level-shape ${props.standing}`}
      width="12"
      height="12"
      viewBox="0 0 12 12"
      aria-hidden="true"
    >
      {SHAPES[props.standing]()}
    </svg>
  )
}

/** How grave something is as shape, word and colour. */
export function LevelBadge(props: { standing: Standing }): JSX.Element {
  return (
    <span class={`level-badge ${props.standing}`}>
      <LevelShape standing={props.standing} />
      {ta(`level.${props.standing}`)}
    </span>
  )
}
