import type { ChannelSpec } from '@lumen/protocol/http/channels'
import { createSignal, type JSX, Show } from 'solid-js'
import { alertCalls } from '../../../api/alert-calls.ts'
import { call } from '../../../api/client.ts'
import { Button } from '../../../components/button.tsx'
import { Icon } from '../../../components/icon.tsx'
import { ta } from '../../../i18n/ta.ts'

interface Outcome {
  is_sent: boolean
  fault: string | null
  took_ms: number
}

/** Sends a test message as the form stands, saved or not, and says how it went. */
export function TestButton(props: {
  id: number | null
  /** Undefined: not complete; the form says so. */
  spec: () => ChannelSpec | undefined
  /** Runs a call whose refusal belongs to the form's fields. */
  onRefused: (task: () => Promise<unknown>) => Promise<boolean>
}): JSX.Element {
  const [isBusy, setBusy] = createSignal(false)
  const [outcome, setOutcome] = createSignal<Outcome | undefined>()
  const test = async () => {
    setOutcome(undefined)
    const spec = props.spec()
    if (spec === undefined) return
    setBusy(true)
    await props.onRefused(async () => {
      setOutcome(await call(alertCalls.testChannel, { body: { id: props.id, spec } }))
    })
    setBusy(false)
  }
  return (
    <div class="channel-test">
      <Button icon="send" isBusy={isBusy()} onClick={() => void test()}>
        {ta(isBusy() ? 'channels.testing' : 'channels.test')}
      </Button>
      <p class="test-outcome" role="status">
        <Show when={outcome()}>
          {(one) => (
            <span class={one().is_sent ? 'good' : 'bad'}>
              <Icon name={one().is_sent ? 'check' : 'warning'} />
              {one().is_sent
                ? ta('channels.testSent', Math.round(one().took_ms))
                : ta('channels.testFailed', one().fault ?? '')}
            </span>
          )}
        </Show>
      </p>
    </div>
  )
}
