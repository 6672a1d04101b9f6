import { createSignal, type JSX, lazy, onCleanup, onMount, Show } from 'solid-js'
import { IconButton } from './components/button.tsx'
import { Icon, Mark } from './components/icon.tsx'
import { t } from './i18n/t.ts'
import { FiringBadge, FiringNews, useFiring } from './live/firing-badge.tsx'
import { LiveBanner } from './live/live-banner.tsx'
import { askForProxmox, hasProxmox } from './live/proxmox-known.ts'
import type { Page } from './router.ts'
import { startShortcuts } from './shortcuts.ts'
import { setTheme, theme } from './theme.ts'

const Palette = lazy(() => import('./pages/palette/palette.tsx'))
const ShortcutsDialog = lazy(() => import('./pages/palette/shortcuts-dialog.tsx'))

/** What surrounds every page of somebody logged in: navigation, search, theme, the stream's banner. */
export function Shell(props: { page: Page; children: JSX.Element }): JSX.Element {
  const [overlay, setOverlay] = createSignal<'palette' | 'shortcuts' | null>(null)
  const firing = useFiring()
  const close = () => setOverlay(null)
  onMount(askForProxmox)
  onMount(() =>
    onCleanup(
      startShortcuts({ openPalette: () => setOverlay('palette'), openHelp: () => setOverlay('shortcuts') }),
    ),
  )
  const current = (page: Page) => (props.page === page ? 'page' : undefined)
  const fleetCurrent = () => (props.page === 'fleet' || props.page === 'host' ? 'page' : undefined)
  return (
    <>
      <a class="skip-link" href="#main">
        {t('app.skip')}
      </a>
      <header class="topbar">
        <div class="topbar-inner">
          <a class="brand" href="/" aria-label={t('nav.home')}>
            <Mark size={22} />
            <span class="brand-name">Lumen</span>
          </a>
          <nav class="topnav" aria-label={t('nav.label')}>
            <a href="/" aria-current={fleetCurrent()}>
              {t('nav.fleet')}
            </a>
            <a href="/containers" aria-current={current('containers')}>
              {t('nav.containers')}
            </a>
            <Show when={hasProxmox()}>
              <a href="/proxmox" aria-current={current('proxmox')}>
                {t('nav.proxmox')}
              </a>
            </Show>
            <a href="/alerts" aria-current={current('alerts')}>
              {t('nav.alerts')}
              <FiringBadge firing={firing()} />
            </a>
            <a href="/settings" aria-current={current('settings')}>
              {t('nav.settings')}
            </a>
          </nav>
          <div class="topbar-end">
            <button type="button" class="search-button" onClick={() => setOverlay('palette')}>
              <Icon name="search" />
              <span class="search-button-text">{t('nav.search')}</span>
              <span class="kbd" aria-hidden="true">
                Ctrl K
              </span>
            </button>
            <IconButton
              icon="keyboard"
              class="wide-only"
              label={t('nav.shortcuts')}
              onClick={() => setOverlay('shortcuts')}
            />
            <IconButton
              icon={theme() === 'dark' ? 'sun' : 'moon'}
              label={t(theme() === 'dark' ? 'theme.toLight' : 'theme.toDark')}
              onClick={() => setTheme(theme() === 'dark' ? 'light' : 'dark')}
            />
          </div>
        </div>
      </header>
      <LiveBanner />
      <FiringNews firing={firing()} />
      <main id="main" tabIndex={-1}>
        {props.children}
      </main>
      <nav class="tabs" aria-label={t('nav.label')}>
        <a href="/" aria-current={fleetCurrent()}>
          <Icon name="fleet" size={20} />
          {t('nav.fleet')}
        </a>
        <a href="/containers" aria-current={current('containers')}>
          <Icon name="container" size={20} />
          {t('nav.containers')}
        </a>
        <Show when={hasProxmox()}>
          <a href="/proxmox" aria-current={current('proxmox')}>
            <Icon name="server" size={20} />
            {t('nav.proxmox')}
          </a>
        </Show>
        <a href="/alerts" aria-current={current('alerts')}>
          <Icon name="bell" size={20} />
          {t('nav.alerts')}
          <FiringBadge firing={firing()} />
        </a>
        <button type="button" onClick={() => setOverlay('palette')}>
          <Icon name="search" size={20} />
          {t('nav.find')}
        </button>
        <a href="/settings" aria-current={current('settings')}>
          <Icon name="settings" size={20} />
          {t('nav.settings')}
        </a>
      </nav>
      <Show when={overlay() === 'palette'}>
        <Palette onClose={close} />
      </Show>
      <Show when={overlay() === 'shortcuts'}>
        <ShortcutsDialog onClose={close} />
      </Show>
    </>
  )
}
