import type { Alert } from '@lumen/protocol/http/alerts/alert'
import { type JSX, Show } from 'solid-js'
import { Icon } from '../../../components/icon.tsx'
import { dateTimeText } from '../../../format/time.ts'
import { ta } from '../../../i18n/ta.ts'
import { lastedText } from '../shared/words.ts'

/** Why an alert is not told, and until when. */
export function QuietNote(props: { quiet: NonNullable<Alert['quiet']>; now: number }): JSX.Element {
  return (
    <p class="alert-note">
      <Icon name="mute" />
      <span>
        <b>{ta(`quiet.${props.quiet.kind}`)}</b> {props.quiet.text}
        <Show when={props.quiet.until}>
          {(until) => (
            <span class="dim" title={dateTimeText(until())}>
              {' · '}
              {ta('quiet.left', lastedText(Math.max(0, until() - props.now)))}
            </span>
          )}
        </Show>
      </span>
    </p>
  )
}
