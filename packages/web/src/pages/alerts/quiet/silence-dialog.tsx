import { createSignal, type JSX, Show } from 'solid-js'
import { alertCalls } from '../../../api/alert-calls.ts'
import { call } from '../../../api/client.ts'
import { Banner } from '../../../components/banner.tsx'
import { Button } from '../../../components/button.tsx'
import { Dialog } from '../../../components/dialog.tsx'
import { toast } from '../../../components/toast.tsx'
import { t } from '../../../i18n/t.ts'
import { ta } from '../../../i18n/ta.ts'
import { hubNow } from '../../../live/live.ts'
import { createSaving } from '../../settings/saving.ts'
import { TextField } from '../shared/text-field.tsx'
import type { RuleMap } from '../shared/words.ts'
import { type MatcherDraft, matcherDraft, readMatcher } from './matcher-draft.ts'
import { MatcherFields } from './matcher-fields.tsx'
import { fieldText, fieldTime, type Preset, presetEnd } from './silence-times.ts'
import { UntilChoice } from './until-choice.tsx'

/** Keeps alerts quiet that fire or may yet fire. */
export function SilenceDialog(props: {
  rules: RuleMap
  onClose: () => void
  onSaved: () => void
}): JSX.Element {
  const [draft, setDraft] = createSignal<MatcherDraft>({
    ...matcherDraft(undefined),
    hosts: [{ by: 'name', glob: '' }],
  })
  const [preset, setPreset] = createSignal<Preset>('1h')
  const [custom, setCustom] = createSignal(fieldText(hubNow() + 24 * 3_600_000))
  const [comment, setComment] = createSignal('')
  const [isInsisting, setInsisting] = createSignal(false)
  const saving = createSaving()
  const until = () => presetEnd(preset(), hubNow()) ?? fieldTime(custom())
  const matcher = () => readMatcher(draft())
  const submit = async (event: Event) => {
    event.preventDefault()
    setInsisting(true)
    const meant = matcher()
    const end = until()
    if (meant === undefined || end === undefined) return
    const body = { matcher: meant, from: Math.round(hubNow()), until: Math.round(end), comment: comment() }
    if (!(await saving.run(() => call(alertCalls.createSilence, { body })))) return
    toast(ta('silence.created'))
    props.onSaved()
  }
  return (
    <Dialog
      isOpen
      onClose={props.onClose}
      size="medium"
      title={ta('silences.new')}
      description={ta('silences.about')}
    >
      <form class="dialog-form" noValidate onSubmit={(event) => void submit(event)}>
        <MatcherFields
          draft={draft()}
          rules={props.rules}
          onChange={(part) => {
            setDraft({ ...draft(), ...part })
            saving.clear()
          }}
          faultAt={(path) => saving.errorUnder(`matcher.${path}`)}
          error={isInsisting() && matcher() === undefined ? ta('fault.missing') : undefined}
        />
        <UntilChoice
          preset={preset()}
          onPreset={setPreset}
          custom={custom()}
          onCustom={setCustom}
          until={until()}
          error={saving.errorOf('until') ?? (until() === undefined ? ta('silence.noEnd') : undefined)}
        />
        <TextField
          label={ta('silence.comment')}
          hint={ta('silence.commentHint')}
          value={comment()}
          onValue={setComment}
          error={saving.errorOf('comment')}
          maxLength={500}
        />
        <Show when={saving.error()}>{(text) => <Banner kind="fault">{text()}</Banner>}</Show>
        <div class="dialog-foot">
          <Button onClick={props.onClose}>{t('dialog.cancel')}</Button>
          <Button type="submit" look="primary" isBusy={saving.isBusy()}>
            {ta('silence.do')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
