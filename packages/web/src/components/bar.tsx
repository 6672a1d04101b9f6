import type { JSX } from 'solid-js'
import { formatUnit } from '../format/unit.ts'

/** From where a share is drawn as high, and as critical. */
const WARN_PCT = 75
const HIGH_PCT = 90

export const levelOf = (percent: number | null | undefined): 'unknown' | 'calm' | 'warn' | 'high' =>
  percent === null || percent === undefined
    ? 'unknown'
    : percent >= HIGH_PCT
      ? 'high'
      : percent >= WARN_PCT
        ? 'warn'
        : 'calm'

/** A share of 100 as a bar beside its number. Null is an empty, hatched track and a dash. */
export function Bar(props: {
  label: string
  percent: number | null | undefined
  detail?: string
}): JSX.Element {
  const parts = () => formatUnit('percent', props.percent)
  return (
    <div class={`bar ${levelOf(props.percent)}`} title={props.detail}>
      <span class="bar-label">{props.label}</span>
      <span class="bar-track">
        <span
          class="bar-fill"
          style={{ transform: `scaleX(${Math.min(100, Math.max(0, props.percent ?? 0)) / 100})` }}
        />
      </span>
      <span class="bar-number num">
        {parts().number}
        <span class="unit">{parts().unit}</span>
      </span>
    </div>
  )
}
