import { createResource, type JSX, Show } from 'solid-js'
import { calls } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import { CopyBox } from '../../components/copy-box.tsx'
import { t } from '../../i18n/t.ts'

/** How to bring an agent up to its hub's version. Nothing while the hub has not answered. */
export function UpdateHint(props: { hostId: number }): JSX.Element {
  const [answer] = createResource(
    () => props.hostId,
    (id) => call(calls.getHost, { params: { id } }),
  )
  return (
    <Show when={answer.error === undefined && answer()?.host.outdated}>
      <div class="update-hint">
        <Show when={answer()?.update_command} fallback={<p class="dim">{t('host.update.none')}</p>}>
          {(command) => (
            <Show
              when={answer()?.host.facts?.auto_update === undefined}
              fallback={<p class="dim">{t('host.update.itself')}</p>}
            >
              <p class="dim">{t('host.update.text')}</p>
              <CopyBox label={t('host.update.command')} text={command()} />
            </Show>
          )}
        </Show>
      </div>
    </Show>
  )
}
