import type { Rule } from '@lumen/protocol/http/alerts/rule'
import { For, type JSX, Show } from 'solid-js'
import { alertCalls } from '../../../api/alert-calls.ts'
import { call } from '../../../api/client.ts'
import { Banner } from '../../../components/banner.tsx'
import { Button } from '../../../components/button.tsx'
import { Dialog } from '../../../components/dialog.tsx'
import { LevelShape } from '../../../components/level-shape.tsx'
import { toast } from '../../../components/toast.tsx'
import { t } from '../../../i18n/t.ts'
import { ta } from '../../../i18n/ta.ts'
import { useAlerts } from '../../../live/live.ts'
import { createSaving } from '../../settings/saving.ts'

const MOST_NAMED = 6

/** Says what ends with a rule before it goes. */
export function DeleteRuleDialog(props: {
  rule: Rule
  onClose: () => void
  onDeleted: () => void
}): JSX.Element {
  const alerts = useAlerts()
  const saving = createSaving()
  const firing = () =>
    (alerts.all() ?? []).filter((alert) => alert.rule_id === props.rule.id && alert.state === 'firing')
  const remove = async () => {
    const isDone = await saving.run(() => call(alertCalls.deleteRule, { params: { id: props.rule.id } }))
    if (!isDone) return
    toast(ta('rules.deleted', props.rule.spec.name))
    props.onDeleted()
  }
  return (
    <Dialog
      isOpen
      onClose={props.onClose}
      title={ta('rules.deleteTitle', props.rule.spec.name)}
      description={firing().length === 0 ? ta('rules.deleteText') : ta('rules.deleteFiring', firing().length)}
    >
      <Show when={firing().length > 0}>
        <ul class="named-alerts">
          <For each={firing().slice(0, MOST_NAMED)}>
            {(alert) => (
              <li>
                <LevelShape standing={alert.level} /> {alert.summary}
              </li>
            )}
          </For>
          <Show when={firing().length > MOST_NAMED}>
            <li class="dim">{ta('list.andMore', firing().length - MOST_NAMED)}</li>
          </Show>
        </ul>
      </Show>
      <Show when={saving.error()}>{(text) => <Banner kind="fault">{text()}</Banner>}</Show>
      <div class="dialog-foot">
        <Button onClick={props.onClose}>{t('dialog.cancel')}</Button>
        <Button look="danger" icon="trash" isBusy={saving.isBusy()} onClick={() => void remove()}>
          {ta('rules.delete')}
        </Button>
      </div>
    </Dialog>
  )
}
