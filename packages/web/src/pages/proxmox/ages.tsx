import { DAY } from '@lumen/model/time'
import { type Accessor, type JSX, Show } from 'solid-js'
import { durationText, shortDurationText } from '../../format/duration.ts'
import { dateTimeText } from '../../format/time.ts'
import { Mark } from './mark.tsx'
import { tp } from './texts.ts'

/** A time as its age, with the time itself on hover; a dash where it is unknown. */
export function Ago(props: {
  at: number | null | undefined
  now: Accessor<number>
  none?: string
}): JSX.Element {
  return (
    <Show when={props.at} fallback={<span class="dim">{props.none ?? '–'}</span>}>
      {(at) => (
        <span class="num" title={dateTimeText(at())}>
          {shortDurationText((props.now() - at()) / 1000)}
        </span>
      )}
    </Show>
  )
}

/** In how long something comes; what is overdue is due now. */
export function Ahead(props: { at: number | null | undefined; now: Accessor<number> }): JSX.Element {
  return (
    <Show when={props.at} fallback={<span class="dim">–</span>}>
      {(at) => (
        <span class="num" title={dateTimeText(at())}>
          {shortDurationText(Math.max(0, at() - props.now()) / 1000)}
        </span>
      )}
    </Show>
  )
}

const SOON_MS = 30 * DAY
const VERY_SOON_MS = 7 * DAY

/** When a storage is full if it goes on. */
export function FullAt(props: { at: number | null; now: Accessor<number> }): JSX.Element {
  const left = () => (props.at ?? 0) - props.now()
  const text = () => durationText(Math.max(0, left()) / 1000)
  return (
    <Show when={props.at} fallback={<span class="dim">{tp('pve.notInSight')}</span>}>
      {(at) => (
        <Show
          when={left() < SOON_MS}
          fallback={<span title={dateTimeText(at())}>{tp('pve.in', text())}</span>}
        >
          <Mark level={left() < VERY_SOON_MS ? 'critical' : 'warning'} title={dateTimeText(at())}>
            {tp('pve.in', text())}
          </Mark>
        </Show>
      )}
    </Show>
  )
}
