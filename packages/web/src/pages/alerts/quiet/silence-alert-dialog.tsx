import type { Alert } from '@lumen/protocol/http/alerts/alert'
import type { AlertMatcher } from '@lumen/protocol/http/alerts/silence'
import { createSignal, For, type JSX, Show } from 'solid-js'
import { alertCalls } from '../../../api/alert-calls.ts'
import { call } from '../../../api/client.ts'
import { Banner } from '../../../components/banner.tsx'
import { Button } from '../../../components/button.tsx'
import { Dialog } from '../../../components/dialog.tsx'
import { Field } from '../../../components/field.tsx'
import { toast } from '../../../components/toast.tsx'
import { t } from '../../../i18n/t.ts'
import { ta } from '../../../i18n/ta.ts'
import { hubNow } from '../../../live/live.ts'
import { createSaving } from '../../settings/saving.ts'
import { reachesOf } from './reach.ts'
import { fieldText, fieldTime, type Preset, presetEnd } from './silence-times.ts'
import { UntilChoice } from './until-choice.tsx'

/** Keeps an alert that fires quiet: this one, all of its host, or its rule everywhere. */
export function SilenceAlertDialog(props: { alert: Alert; onClose: () => void }): JSX.Element {
  const reaches = reachesOf(props.alert)
  const [reach, setReach] = createSignal(0)
  const [preset, setPreset] = createSignal<Preset>('1h')
  const [custom, setCustom] = createSignal(fieldText(hubNow() + 24 * 3_600_000))
  const [comment, setComment] = createSignal('')
  const saving = createSaving()
  const until = () => presetEnd(preset(), hubNow()) ?? fieldTime(custom())
  const matcher = (): AlertMatcher => reaches[reach()]!.matcher
  const submit = async (event: Event) => {
    event.preventDefault()
    const end = until()
    if (end === undefined) return
    const isDone = await saving.run(() =>
      call(alertCalls.createSilence, {
        body: { matcher: matcher(), from: Math.round(hubNow()), until: Math.round(end), comment: comment() },
      }),
    )
    if (!isDone) return
    toast(ta('silence.created'))
    props.onClose()
  }
  return (
    <Dialog
      isOpen
      onClose={props.onClose}
      title={ta('silence.title')}
      description={props.alert.summary}
      size="medium"
    >
      <form class="dialog-form" noValidate onSubmit={(event) => void submit(event)}>
        <fieldset class="choices">
          <legend class="label">{ta('silence.what')}</legend>
          <For each={reaches}>
            {(one, i) => (
              <label class="choice">
                <input type="radio" name="reach" checked={reach() === i()} onChange={() => setReach(i())} />
                <span>{one.text}</span>
              </label>
            )}
          </For>
        </fieldset>
        <UntilChoice
          preset={preset()}
          onPreset={setPreset}
          custom={custom()}
          onCustom={setCustom}
          until={until()}
          error={saving.errorOf('until') ?? (until() === undefined ? ta('silence.noEnd') : undefined)}
        />
        <Field
          label={ta('silence.comment')}
          hint={ta('silence.commentHint')}
          value={comment()}
          onValue={setComment}
          error={saving.errorOf('comment')}
          maxLength={500}
          autocomplete="off"
        />
        <Show when={saving.error()}>{(text) => <Banner kind="fault">{text()}</Banner>}</Show>
        <div class="dialog-foot">
          <Button onClick={props.onClose}>{t('dialog.cancel')}</Button>
          <Button type="submit" look="primary" isBusy={saving.isBusy()} disabled={until() === undefined}>
            {ta('silence.do')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
