import type { HostSummary } from '@lumen/protocol/http/hosts'
import { createSignal, type JSX, Show } from 'solid-js'
import { calls } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import { ApiError } from '../../api/problem.ts'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Field } from '../../components/field.tsx'
import { toast } from '../../components/toast.tsx'
import { t } from '../../i18n/t.ts'
import { tm } from '../../i18n/tm.ts'
import { TokenPanel } from './token-panel.tsx'

interface HostDialogProps {
  host: HostSummary
  onClose: () => void
}

/** A call that closes its dialog when it is done and shows its fault when it is not. */
function createTask(task: () => Promise<void>) {
  const [isBusy, setBusy] = createSignal(false)
  const [error, setError] = createSignal<string | undefined>()
  const run = async (event?: Event) => {
    event?.preventDefault()
    if (isBusy()) return
    setBusy(true)
    setError(undefined)
    try {
      await task()
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      setError(thrown.code === 'host_name_taken' ? tm('hosts.nameTaken') : thrown.message)
    } finally {
      setBusy(false)
    }
  }
  return { isBusy, error, run }
}

export function RenameDialog(props: HostDialogProps): JSX.Element {
  const [name, setName] = createSignal(props.host.name)
  const task = createTask(async () => {
    await call(calls.changeHost, { params: { id: props.host.id }, body: { name: name().trim() } })
    toast(tm('hosts.renamed', name().trim()))
    props.onClose()
  })
  return (
    <Dialog
      isOpen
      onClose={props.onClose}
      title={tm('hosts.renameTitle', props.host.name)}
      description={tm('hosts.renameText')}
    >
      <form onSubmit={task.run}>
        <Field
          label={tm('hosts.name')}
          value={name()}
          onValue={setName}
          error={task.error()}
          autocomplete="off"
          maxLength={128}
          required
        />
        <div class="dialog-foot">
          <Button onClick={props.onClose}>{t('dialog.cancel')}</Button>
          <Button type="submit" look="primary" isBusy={task.isBusy()} disabled={name().trim() === ''}>
            {tm('hosts.rename')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

export function RotateDialog(props: HostDialogProps): JSX.Element {
  const [token, setToken] = createSignal<string | undefined>()
  const [lastSeenBefore, setLastSeenBefore] = createSignal<number | null>(null)
  const task = createTask(async () => {
    const answer = await call(calls.rotateToken, { params: { id: props.host.id } })
    setLastSeenBefore(answer.host.last_seen)
    setToken(answer.token)
  })
  return (
    <Dialog
      isOpen
      onClose={props.onClose}
      size={token() === undefined ? 'small' : 'medium'}
      closesOutside={token() === undefined}
      title={tm('hosts.rotateTitle', props.host.name)}
      description={token() === undefined ? tm('hosts.rotateText') : tm('hosts.startText')}
    >
      <Show
        when={token()}
        fallback={
          <>
            <Show when={task.error()}>{(text) => <Banner kind="fault">{text()}</Banner>}</Show>
            <div class="dialog-foot">
              <Button onClick={props.onClose}>{t('dialog.cancel')}</Button>
              <Button look="primary" isBusy={task.isBusy()} onClick={task.run}>
                {tm('hosts.rotate')}
              </Button>
            </div>
          </>
        }
      >
        {(shown) => (
          <>
            <TokenPanel hostId={props.host.id} token={shown()} lastSeenBefore={lastSeenBefore()} />
            <div class="dialog-foot">
              <Button onClick={props.onClose}>{t('dialog.done')}</Button>
            </div>
          </>
        )}
      </Show>
    </Dialog>
  )
}

export function DeleteDialog(props: HostDialogProps): JSX.Element {
  const [typed, setTyped] = createSignal('')
  const name = props.host.name
  const task = createTask(async () => {
    await call(calls.deleteHost, { params: { id: props.host.id } })
    toast(tm('hosts.deleted', name))
    props.onClose()
  })
  const isConfirmed = () => typed().trim() === name
  return (
    <Dialog
      isOpen
      onClose={props.onClose}
      title={tm('hosts.deleteTitle', name)}
      description={tm('hosts.deleteText')}
    >
      <form onSubmit={(event) => (isConfirmed() ? task.run(event) : event.preventDefault())}>
        <Field
          label={tm('hosts.deleteConfirm', name)}
          value={typed()}
          onValue={setTyped}
          error={task.error()}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
        />
        <div class="dialog-foot">
          <Button onClick={props.onClose}>{t('dialog.cancel')}</Button>
          <Button type="submit" look="danger" icon="trash" isBusy={task.isBusy()} disabled={!isConfirmed()}>
            {tm('hosts.delete')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
