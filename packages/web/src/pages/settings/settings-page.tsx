import './settings.css'
import { type Component, For, type JSX, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { type PlainKey, t } from '../../i18n/t.ts'
import { useTitle } from '../../title.ts'
import { AboutSection } from './about-section.tsx'
import { AccountSection } from './account-section.tsx'
import { CollectionSection } from './collection-section.tsx'
import { HostsSection } from './hosts-section.tsx'

const SECTIONS: readonly { name: string; title: PlainKey; view: Component }[] = [
  { name: 'hosts', title: 'settings.hosts', view: HostsSection },
  { name: 'collection', title: 'settings.collection', view: CollectionSection },
  { name: 'account', title: 'settings.account', view: AccountSection },
  { name: 'about', title: 'settings.about', view: AboutSection },
]

export default function SettingsPage(props: { section: string | null }): JSX.Element {
  const section = () => SECTIONS.find((one) => one.name === (props.section ?? 'hosts'))
  useTitle(() => t(section()?.title ?? 'nav.settings'))
  return (
    <div class="page settings">
      <h1 tabIndex={-1}>{t('nav.settings')}</h1>
      <div class="settings-body">
        <nav class="settings-nav" aria-label={t('nav.settings')}>
          <For each={SECTIONS}>
            {(one) => (
              <a href={`/settings/${one.name}`} aria-current={section() === one ? 'page' : undefined}>
                {t(one.title)}
              </a>
            )}
          </For>
        </nav>
        <Show when={section()} fallback={<p>{t('notFound.title')}</p>}>
          {(one) => <Dynamic component={one().view} />}
        </Show>
      </div>
    </div>
  )
}
