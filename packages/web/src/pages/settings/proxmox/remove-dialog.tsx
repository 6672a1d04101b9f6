import type { ProxmoxConnection } from '@lumen/protocol/http/proxmox/connections'
import { createSignal, createUniqueId, For, type JSX, Show } from 'solid-js'
import { calls } from '../../../api/calls.ts'
import { call } from '../../../api/client.ts'
import { Banner } from '../../../components/banner.tsx'
import { Button } from '../../../components/button.tsx'
import { Dialog } from '../../../components/dialog.tsx'
import { Field } from '../../../components/field.tsx'
import { toast } from '../../../components/toast.tsx'
import { t } from '../../../i18n/t.ts'
import { createSaving } from '../saving.ts'
import { tx } from './texts.ts'

const HISTORY = ['keep', 'delete'] as const

/** Ends a connection. What it told stays unless its name is typed. */
export function RemoveDialog(props: {
  connection: ProxmoxConnection
  onClose: () => void
  onRemoved: () => void
}): JSX.Element {
  const removing = createSaving()
  const [history, setHistory] = createSignal<(typeof HISTORY)[number]>('keep')
  const [typed, setTyped] = createSignal('')
  const group = createUniqueId()
  const { id, name } = props.connection
  const isConfirmed = () => history() === 'keep' || typed().trim() === name
  const remove = async (event: Event) => {
    event.preventDefault()
    if (!isConfirmed()) return
    const query = { history: history() }
    if (!(await removing.run(() => call(calls.deleteProxmox, { params: { id }, query })))) return
    toast(tx(query.history === 'keep' ? 'proxmox.removed' : 'proxmox.removedAll', name))
    props.onRemoved()
    props.onClose()
  }
  return (
    <Dialog
      isOpen
      onClose={props.onClose}
      title={tx('proxmox.removeTitle', name)}
      description={tx('proxmox.removeText')}
    >
      <form class="proxmox-form" onSubmit={(event) => void remove(event)}>
        <fieldset
          class="proxmox-history"
          // Who chooses has not decided yet: only the button ends it.
          onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
        >
          <legend class="label">{tx('proxmox.history')}</legend>
          <For each={HISTORY}>
            {(choice) => (
              <label class="check">
                <input
                  type="radio"
                  name={group}
                  checked={history() === choice}
                  onChange={() => setHistory(choice)}
                />
                <span>
                  {tx(`proxmox.history.${choice}`)}
                  <small class="dim">{tx(`proxmox.history.${choice}Text`)}</small>
                </span>
              </label>
            )}
          </For>
        </fieldset>
        <Show when={history() === 'delete'}>
          <Field
            label={tx('proxmox.deleteConfirm', name)}
            value={typed()}
            onValue={setTyped}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
          />
        </Show>
        <Show when={removing.error()}>{(text) => <Banner kind="fault">{text()}</Banner>}</Show>
        <div class="dialog-foot">
          <Button onClick={props.onClose}>{t('dialog.cancel')}</Button>
          <Button
            type="submit"
            look="danger"
            icon="trash"
            isBusy={removing.isBusy()}
            disabled={!isConfirmed()}
          >
            {tx(history() === 'keep' ? 'proxmox.remove' : 'proxmox.removeAll')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
