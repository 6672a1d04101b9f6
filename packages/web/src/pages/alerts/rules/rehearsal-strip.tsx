import type { Rehearsal } from '@lumen/protocol/http/alerts/rehearsal'
import { For, type JSX } from 'solid-js'
import { dateTimeText } from '../../../format/time.ts'
import { ta } from '../../../i18n/ta.ts'
import { stripSpans } from './rehearsal-words.ts'

const WIDTH = 300
const HEIGHT = 24

/** The days rehearsed as a line: what there is history for, and on it when it would have fired. */
export function RehearsalStrip(props: { rehearsal: Rehearsal }): JSX.Element {
  const parts = () => stripSpans(props.rehearsal, WIDTH)
  return (
    <figure class="strip">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={ta('rehearsal.strip', props.rehearsal.total)}
      >
        <For each={parts().covered}>
          {({ x, width }) => <rect class="strip-covered" x={x} y="9" width={width} height="6" />}
        </For>
        <For each={parts().fired}>
          {({ x, width, level }) => (
            <rect class={`strip-fired ${level}`} x={x} y="3" width={width} height="18" />
          )}
        </For>
      </svg>
      <figcaption>
        <span>{dateTimeText(props.rehearsal.from)}</span>
        <span>{ta('rehearsal.now')}</span>
      </figcaption>
    </figure>
  )
}
