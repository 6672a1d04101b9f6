import './settings.css'
import './forms.css'
import { type Component, createEffect, For, type JSX, lazy, Show, Suspense } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { Skeleton } from '../../components/skeleton.tsx'
import { type PlainKey, t } from '../../i18n/t.ts'
import { location, navigate } from '../../router.ts'
import { useTitle } from '../../title.ts'
import { AboutSection } from './about-section.tsx'
import { AccountSection } from './account-section.tsx'
import { CollectionSection } from './collection-section.tsx'
import { HostsSection } from './hosts-section.tsx'

const SECTIONS: readonly { name: string; title: PlainKey; view: Component }[] = [
  { name: 'hosts', title: 'settings.hosts', view: HostsSection },
  { name: 'collection', title: 'settings.collection', view: CollectionSection },
  {
    name: 'retention',
    title: 'settings.retention',
    view: lazy(() => import('./retention/retention-section.tsx')),
  },
  { name: 'storage', title: 'settings.storage', view: lazy(() => import('./storage/storage-section.tsx')) },
  { name: 'backups', title: 'settings.backups', view: lazy(() => import('./backups/backups-section.tsx')) },
  { name: 'proxmox', title: 'settings.proxmox', view: lazy(() => import('./proxmox/proxmox-section.tsx')) },
  {
    name: 'notifications',
    title: 'settings.notifications',
    view: lazy(() => import('./notifications/notifications-section.tsx')),
  },
  { name: 'account', title: 'settings.account', view: AccountSection },
  { name: 'about', title: 'settings.about', view: AboutSection },
]

export default function SettingsPage(props: { section: string | null }): JSX.Element {
  const section = () => SECTIONS.find((one) => one.name === (props.section ?? 'hosts'))
  useTitle(() => t(section()?.title ?? 'nav.settings'))
  goToSectionOfHash()
  let nav!: HTMLElement
  // On a phone the row of sections scrolls: the one that is shown is in sight.
  createEffect(() => {
    section()
    const shown = nav.querySelector<HTMLElement>('[aria-current]')
    if (shown !== null) nav.scrollTo({ left: shown.offsetLeft - nav.clientWidth / 3 })
  })
  return (
    <div class="page settings">
      <h1 tabIndex={-1}>{t('nav.settings')}</h1>
      <div class="settings-body">
        <nav ref={nav} class="settings-nav" aria-label={t('nav.settings')}>
          <For each={SECTIONS}>
            {(one) => (
              <a href={`/settings/${one.name}`} aria-current={section() === one ? 'page' : undefined}>
                {t(one.title)}
              </a>
            )}
          </For>
        </nav>
        <Show when={section()} fallback={<p>{t('notFound.title')}</p>}>
          {(one) => (
            <Suspense fallback={<Skeleton height="320px" />}>
              <Dynamic component={one().view} />
            </Suspense>
          )}
        </Show>
      </div>
    </div>
  )
}

/** `/settings#backups` leads to that section. */
function goToSectionOfHash(): void {
  createEffect(() => {
    location()
    const name = window.location.hash.slice(1)
    if (SECTIONS.some((one) => one.name === name)) navigate(`/settings/${name}`, { replace: true })
  })
}
