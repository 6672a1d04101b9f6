import type { ProxmoxConnection } from '@lumen/protocol/http/proxmox/connections'
import { type JSX, Show } from 'solid-js'
import { calls } from '../../../api/calls.ts'
import { call } from '../../../api/client.ts'
import { Banner } from '../../../components/banner.tsx'
import { Button } from '../../../components/button.tsx'
import { Dialog } from '../../../components/dialog.tsx'
import { toast } from '../../../components/toast.tsx'
import { t } from '../../../i18n/t.ts'
import { createSaving } from '../saving.ts'
import { tx } from './texts.ts'

export function RemoveDialog(props: {
  connection: ProxmoxConnection
  onClose: () => void
  onRemoved: () => void
}): JSX.Element {
  const removing = createSaving()
  const { id, name } = props.connection
  const remove = async () => {
    if (
      !(await removing.run(() => call(calls.deleteProxmox, { params: { id }, query: { history: 'keep' } })))
    )
      return
    toast(tx('proxmox.removed', name))
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
      <Show when={removing.error()}>{(text) => <Banner kind="fault">{text()}</Banner>}</Show>
      <div class="dialog-foot">
        <Button onClick={props.onClose}>{t('dialog.cancel')}</Button>
        <Button look="danger" icon="trash" isBusy={removing.isBusy()} onClick={() => void remove()}>
          {tx('proxmox.remove')}
        </Button>
      </div>
    </Dialog>
  )
}
