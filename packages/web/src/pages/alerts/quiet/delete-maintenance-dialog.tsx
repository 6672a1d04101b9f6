import type { Maintenance } from '@lumen/protocol/http/alerts/silence'
import { type JSX, Show } from 'solid-js'
import { alertCalls } from '../../../api/alert-calls.ts'
import { call } from '../../../api/client.ts'
import { Banner } from '../../../components/banner.tsx'
import { Button } from '../../../components/button.tsx'
import { Dialog } from '../../../components/dialog.tsx'
import { toast } from '../../../components/toast.tsx'
import { t } from '../../../i18n/t.ts'
import { ta } from '../../../i18n/ta.ts'
import { createSaving } from '../../settings/saving.ts'

export function DeleteMaintenanceDialog(props: {
  maintenance: Maintenance
  onClose: () => void
  onDeleted: () => void
}): JSX.Element {
  const saving = createSaving()
  const remove = async () => {
    const isDone = await saving.run(() =>
      call(alertCalls.deleteMaintenance, { params: { id: props.maintenance.id } }),
    )
    if (!isDone) return
    toast(ta('maintenance.deleted', props.maintenance.spec.name))
    props.onDeleted()
  }
  return (
    <Dialog
      isOpen
      onClose={props.onClose}
      title={ta('maintenance.deleteTitle', props.maintenance.spec.name)}
      description={ta('maintenance.deleteText')}
    >
      <Show when={saving.error()}>{(text) => <Banner kind="fault">{text()}</Banner>}</Show>
      <div class="dialog-foot">
        <Button onClick={props.onClose}>{t('dialog.cancel')}</Button>
        <Button look="danger" icon="trash" isBusy={saving.isBusy()} onClick={() => void remove()}>
          {ta('maintenance.delete')}
        </Button>
      </div>
    </Dialog>
  )
}
