import type { Alert } from '@lumen/protocol/http/alerts/alert'
import { createSignal, type JSX, Show } from 'solid-js'
import { alertCalls } from '../../../api/alert-calls.ts'
import { call } from '../../../api/client.ts'
import { Banner } from '../../../components/banner.tsx'
import { Button } from '../../../components/button.tsx'
import { Dialog } from '../../../components/dialog.tsx'
import { Field } from '../../../components/field.tsx'
import { toast } from '../../../components/toast.tsx'
import { t } from '../../../i18n/t.ts'
import { ta } from '../../../i18n/ta.ts'
import { createSaving } from '../../settings/saving.ts'

/** Says that somebody is on it, with a word to the others. */
export function AckDialog(props: { alert: Alert; onClose: () => void }): JSX.Element {
  const [comment, setComment] = createSignal('')
  const saving = createSaving()
  const submit = async (event: Event) => {
    event.preventDefault()
    const isDone = await saving.run(() =>
      call(alertCalls.acknowledgeAlert, { params: { id: props.alert.id }, body: { comment: comment() } }),
    )
    if (!isDone) return
    toast(ta('ack.done'))
    props.onClose()
  }
  return (
    <Dialog isOpen onClose={props.onClose} title={ta('ack.title')} description={props.alert.summary}>
      <form onSubmit={(event) => void submit(event)}>
        <Field
          label={ta('ack.comment')}
          hint={ta('ack.hint')}
          value={comment()}
          onValue={setComment}
          error={saving.errorOf('comment')}
          maxLength={500}
          autocomplete="off"
        />
        <Show when={saving.error()}>{(text) => <Banner kind="fault">{text()}</Banner>}</Show>
        <div class="dialog-foot">
          <Button onClick={props.onClose}>{t('dialog.cancel')}</Button>
          <Button type="submit" look="primary" isBusy={saving.isBusy()}>
            {ta('ack.do')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
