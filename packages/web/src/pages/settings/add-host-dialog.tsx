import './settings.css'
import { createSignal, type JSX, Show } from 'solid-js'
import { calls } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import { ApiError } from '../../api/problem.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Field } from '../../components/field.tsx'
import { t } from '../../i18n/t.ts'
import { tm } from '../../i18n/tm.ts'
import { TokenPanel } from './token-panel.tsx'

/** Registers a host, then shows its command and waits for the first push. */
export default function AddHostDialog(props: { onClose: () => void }): JSX.Element {
  const [name, setName] = createSignal('')
  const [made, setMade] = createSignal<{ id: number; name: string; token: string } | undefined>()
  const [isBusy, setBusy] = createSignal(false)
  const [error, setError] = createSignal<string | undefined>()

  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      const { host, token } = await call(calls.createHost, { body: { name: name().trim() } })
      setMade({ id: host.id, name: host.name, token })
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      setError(thrown.code === 'host_name_taken' ? tm('hosts.nameTaken') : thrown.message)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog
      isOpen
      onClose={props.onClose}
      size="medium"
      closesOutside={made() === undefined}
      title={made() === undefined ? tm('hosts.addTitle') : tm('hosts.startAgent', made()?.name ?? '')}
      description={made() === undefined ? tm('hosts.addText') : tm('hosts.startText')}
    >
      <Show
        when={made()}
        fallback={
          <form onSubmit={submit}>
            <Field
              label={tm('hosts.name')}
              value={name()}
              onValue={setName}
              error={error()}
              placeholder="nas"
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
              maxLength={128}
              required
            />
            <div class="dialog-foot">
              <Button onClick={props.onClose}>{t('dialog.cancel')}</Button>
              <Button type="submit" look="primary" isBusy={isBusy()} disabled={name().trim() === ''}>
                {tm('hosts.create')}
              </Button>
            </div>
          </form>
        }
      >
        {(host) => (
          <>
            <TokenPanel hostId={host().id} token={host().token} lastSeenBefore={null} />
            <div class="dialog-foot">
              <Button onClick={props.onClose}>{t('dialog.done')}</Button>
            </div>
          </>
        )}
      </Show>
    </Dialog>
  )
}
