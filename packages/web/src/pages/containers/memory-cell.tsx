import { type JSX, Show } from 'solid-js'
import { levelOf } from '../../components/bar.tsx'
import { Num } from '../../components/number.tsx'
import { formatText } from '../../format/unit.ts'
import './memory-cell.css'

/** Used, and how much of the limit that is where there is one. */
export function MemoryCell(props: {
  used: number | null | undefined
  limit: number | null | undefined
  share: number | null
}): JSX.Element {
  return (
    <span class="memory-cell">
      <span class="memory-bytes">
        <Num unit="bytes" value={props.used} />
        <Show when={typeof props.limit === 'number'}>
          <span class="memory-limit num"> / {formatText('bytes', props.limit)}</span>
        </Show>
      </span>
      <Show when={props.share !== null}>
        <span class={`memory-meter ${levelOf(props.share)}`} aria-hidden="true">
          <span style={{ transform: `scaleX(${Math.min(100, props.share ?? 0) / 100})` }} />
        </span>
      </Show>
    </span>
  )
}
