import type { JSX } from 'solid-js'

export type Standing = 'critical' | 'warning' | 'pending' | 'resolved' | 'fine'

/** critical: filled diamond · warning: filled triangle · pending: ring of dashes · over or fine: tick. */
const SHAPES: Record<Standing, () => JSX.Element> = {
  critical: () => <path d="M6 .6l5.4 5.4l-5.4 5.4l-5.4-5.4z" fill="currentColor" />,
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
