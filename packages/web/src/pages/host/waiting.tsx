import type { HostSummary } from '@lumen/protocol/http/hosts'
import type { JSX } from 'solid-js'
import { CopyBox } from '../../components/copy-box.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { relativeText } from '../../format/time.ts'
import { t } from '../../i18n/t.ts'
import { useNow } from '../../live/ticker.ts'

/** A host nobody has heard of yet: how to start its agent. Gives way to charts with the first push. */
export function Waiting(props: { host: HostSummary }): JSX.Element {
  const now = useNow()
  return (
    <EmptyState title={t('host.waiting.title')} text={t('host.waiting.text')}>
      <CopyBox
        label={t('host.waiting.command')}
        text={`lumen agent --hub ${window.location.origin} --token YOUR_TOKEN`}
      />
      <p class="waiting-live" role="status">
        <span class="waiting-dot" />
        {t('host.waiting.live')}
      </p>
      <p class="dim">
        {t('host.waiting.since', relativeText(props.host.created_at, now()))}
        {' · '}
        {t('host.waiting.token')} <a href="/settings/hosts">{t('host.waiting.settings')}</a>
      </p>
    </EmptyState>
  )
}
