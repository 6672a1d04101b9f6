import type { JSX } from 'solid-js'
import { LevelShape } from '../../components/level-shape.tsx'
import { type HostState, StateShape } from '../../components/state-badge.tsx'

export type Level = 'critical' | 'warning' | 'fine' | 'pending'

/** How something is, as shape, word and colour. */
export function Mark(props: {
  level: Level
  children: JSX.Element
  title?: string | undefined
}): JSX.Element {
  return (
    <span class={`level-badge ${props.level}`} title={props.title}>
      <LevelShape standing={props.level} />
      <span>{props.children}</span>
    </span>
  )
}

/** Whether something runs, with the shapes hosts have. */
export function StateMark(props: { state: HostState; children: JSX.Element }): JSX.Element {
  return (
    <span class={`state-badge ${props.state}`}>
      <StateShape state={props.state} />
      <span class="state-word">{props.children}</span>
    </span>
  )
}
