import type { JSX } from 'solid-js'
import { LevelShape, type Standing } from '../../../components/level-shape.tsx'
import { ta } from '../../../i18n/ta.ts'

/** How grave something is as shape, word and colour. */
export function LevelBadge(props: { standing: Standing }): JSX.Element {
  return (
    <span class={`level-badge ${props.standing}`}>
      <LevelShape standing={props.standing} />
      {ta(`level.${props.standing}`)}
    </span>
  )
}
