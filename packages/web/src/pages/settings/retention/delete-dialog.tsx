import type { Forecast } from '@lumen/protocol/http/storage'
import { createMemo, For, type JSX } from 'solid-js'
import { spanLabel } from '../../../charts/time-labels.ts'
import { Button } from '../../../components/button.tsx'
import { Dialog } from '../../../components/dialog.tsx'
import { Num } from '../../../components/number.tsx'
import { t } from '../../../i18n/t.ts'
import { ts } from '../../../i18n/ts.ts'
import { hubNow } from '../../../live/live.ts'
import { deleteRows, kindTitle } from './forecast-rows.ts'

/** Exactly what saving deletes, before it does. */
export function DeleteDialog(props: {
  forecast: Forecast
  isBusy: boolean
  onConfirm: () => void
  onClose: () => void
}): JSX.Element {
  const deletes = createMemo(() => deleteRows(props.forecast))
  const now = hubNow()
  return (
    <Dialog
      isOpen
      onClose={props.onClose}
      size="medium"
      title={ts('retention.confirmTitle')}
      description={ts('retention.confirmText')}
    >
      <div class="delete-list">
        <table class="delete-table">
          <caption class="visually-hidden">{ts('retention.deleted')}</caption>
          <thead>
            <tr>
              <th scope="col">{ts('retention.tier')}</th>
              <th scope="col">{ts('retention.kind')}</th>
              <th scope="col">{ts('retention.span')}</th>
              <th scope="col" class="number">
                {ts('retention.size')}
              </th>
            </tr>
          </thead>
          <tbody>
            <For each={deletes().rows}>
              {(row) => (
                <tr>
                  <td>{ts(`tier.${row.tier}`)}</td>
                  <td>{row.entity === null ? ts('retention.allKinds') : kindTitle(row.entity)}</td>
                  <td>{spanLabel(row, now)}</td>
                  <td class="number">
                    <Num unit="bytes" value={row.bytes} />
                  </td>
                </tr>
              )}
            </For>
          </tbody>
          <tfoot>
            <tr>
              <th scope="row" colSpan={3}>
                {ts('retention.total')}
              </th>
              <td class="number">
                <Num unit="bytes" value={deletes().bytes} />
              </td>
            </tr>
          </tfoot>
        </table>
      </div>
      <div class="dialog-foot">
        <Button onClick={props.onClose}>{t('dialog.cancel')}</Button>
        <Button look="danger" icon="trash" isBusy={props.isBusy} onClick={props.onConfirm}>
          {ts('retention.confirm')}
        </Button>
      </div>
    </Dialog>
  )
}
