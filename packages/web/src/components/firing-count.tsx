import type { HostSummary } from '@lumen/protocol/http/hosts'
import { type JSX, Show } from 'solid-js'
import { t } from '../i18n/t.ts'
import { LevelShape } from './level-shape.tsx'

/** How many alerts of a host fire, by level; nothing while none does. */
export function FiringCount(props: { firing: HostSummary['firing'] }): JSX.Element {
  return (
    <Show when={props.firing.critical + props.firing.warning > 0}>
      <span class="firing-count">
        <Show when={props.firing.critical > 0}>
          <span class="critical" title={t('firing.critical', props.firing.critical)}>
            <LevelShape standing="critical" />
            <span aria-hidden="true">{props.firing.critical}</span>
            <span class="visually-hidden">{t('firing.critical', props.firing.critical)}</span>
          </span>
        </Show>
        <Show when={props.firing.warning > 0}>
          <span class="warning" title={t('firing.warning', props.firing.warning)}>
            <LevelShape standing="warning" />
            <span aria-hidden="true">{props.firing.warning}</span>
            <span class="visually-hidden">{t('firing.warning', props.firing.warning)}</span>
          </span>
        </Show>
      </span>
    </Show>
  )
}
