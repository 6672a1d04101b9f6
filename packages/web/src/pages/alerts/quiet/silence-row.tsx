import type { Silence } from '@lumen/protocol/http/alerts/silence'
import { type JSX, Show } from 'solid-js'
import { Button } from '../../../components/button.tsx'
import { dateTimeText } from '../../../format/time.ts'
import { ta } from '../../../i18n/ta.ts'
import { matcherText, type Names, spanText } from '../shared/words.ts'

/** A silence: what it keeps quiet, until when, who says so. */
export function SilenceRow(props: {
  silence: Silence
  names: Names
  now: number
  isBusy: boolean
  onEnd: () => void
}): JSX.Element {
  const spec = () => props.silence.spec
  const phase = () => (spec().until <= props.now ? 'over' : spec().from > props.now ? 'planned' : 'running')
  const timeText = () => {
    if (phase() === 'over') return ta('silences.over', dateTimeText(spec().until))
    if (phase() === 'planned')
      return ta('silences.planned', dateTimeText(spec().from), dateTimeText(spec().until))
    return ta('silences.left', spanText(spec().until - props.now), dateTimeText(spec().until))
  }
  const endText = () => ta(phase() === 'planned' ? 'silences.cancel' : 'silences.end')
  const what = () => matcherText(spec().matcher, props.names)
  return (
    <li class={`quiet-row ${phase()}`}>
      <div class="quiet-what">
        <p class="quiet-name">{what()}</p>
        <p class="dim">
          {timeText()} · {ta('silences.by', props.silence.created_by)}
          <Show when={spec().comment}>{(comment) => <> · “{comment()}”</>}</Show>
        </p>
      </div>
      <Show when={phase() === 'running'}>
        <span class="quiet-count dim">{ta('silences.quiets', props.silence.quiets)}</span>
      </Show>
      <Show when={phase() !== 'over'}>
        <Button isBusy={props.isBusy} aria-label={`${endText()}: ${what()}`} onClick={props.onEnd}>
          {endText()}
        </Button>
      </Show>
    </li>
  )
}
