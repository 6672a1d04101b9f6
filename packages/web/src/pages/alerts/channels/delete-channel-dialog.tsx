import type { Channel } from '@lumen/protocol/http/channels'
import { createSignal, type JSX, Show } from 'solid-js'
import { alertCalls } from '../../../api/alert-calls.ts'
import { call } from '../../../api/client.ts'
import { ApiError } from '../../../api/problem.ts'
import { Banner } from '../../../components/banner.tsx'
import { Button } from '../../../components/button.tsx'
import { Dialog } from '../../../components/dialog.tsx'
import { toast } from '../../../components/toast.tsx'
import { t } from '../../../i18n/t.ts'
import { ta } from '../../../i18n/ta.ts'

/** A channel that rules name goes only when that is said twice. */
export function DeleteChannelDialog(props: {
  channel: Channel
  onClose: () => void
  onDeleted: () => void
}): JSX.Element {
  const [isBusy, setBusy] = createSignal(false)
  const [inUse, setInUse] = createSignal<string | undefined>()
  const [error, setError] = createSignal<string | undefined>()
  const remove = async () => {
    setBusy(true)
    setError(undefined)
    try {
      const query = inUse() === undefined ? {} : { force: 'true' as const }
      await call(alertCalls.deleteChannel, { params: { id: props.channel.id }, query })
      toast(ta('channels.deleted', props.channel.spec.name))
      props.onDeleted()
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      if (thrown.code === 'channel_in_use') setInUse(thrown.message)
      else setError(thrown.message)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog
      isOpen
      onClose={props.onClose}
      title={ta('channels.deleteTitle', props.channel.spec.name)}
      description={ta('channels.deleteText')}
    >
      <Show when={inUse()}>
        {(text) => (
          <Banner kind="warn">
            {text()} {ta('channels.deleteInUse')}
          </Banner>
        )}
      </Show>
      <Show when={error()}>{(text) => <Banner kind="fault">{text()}</Banner>}</Show>
      <div class="dialog-foot">
        <Button onClick={props.onClose}>{t('dialog.cancel')}</Button>
        <Button look="danger" icon="trash" isBusy={isBusy()} onClick={() => void remove()}>
          {ta(inUse() === undefined ? 'channels.delete' : 'channels.deleteAnyway')}
        </Button>
      </div>
    </Dialog>
  )
}
