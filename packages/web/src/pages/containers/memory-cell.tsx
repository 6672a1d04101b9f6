import { type JSX, Show } from 'solid-js'
import { Bar } from '../../components/bar.tsx'
import { Num } from '../../components/number.tsx'
import { formatText } from '../../format/unit.ts'
import { t } from '../../i18n/t.ts'
import './memory-cell.css'

/** Used, and how much of the limit that is where there is one. */
export function MemoryCell(props: {
  used: number | null | undefined
  limit: number | null | undefined
  share: number | null
}): JSX.Element {
  return (
    <span class="memory-cell" classList={{ limited: props.share !== null }}>
      <Show when={props.share !== null}>
        <Bar label={t('containers.memory')} percent={props.share} />
      </Show>
      <span class="memory-bytes">
        <Num unit="bytes" value={props.used} />
        <Show when={typeof props.limit === 'number'}>
          <span class="memory-limit"> / {formatText('bytes', props.limit)}</span>
        </Show>
      </span>
    </span>
  )
}
