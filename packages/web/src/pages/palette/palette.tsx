import './palette.css'
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { Dialog } from '../../components/dialog.tsx'
import { Icon, type IconName } from '../../components/icon.tsx'
import { type HostState, StateShape } from '../../components/state-badge.tsx'
import { t } from '../../i18n/t.ts'
import { tp } from '../../i18n/tp.ts'
import { useFleet } from '../../live/live.ts'
import { navigate } from '../../router.ts'
import { logOut } from '../../session.ts'
import { setTheme, theme } from '../../theme.ts'
import { rankEntries } from './rank-entries.ts'

interface Entry {
  id: string
  title: string
  group: string
  icon?: IconName
  state?: HostState
  run: () => void
}

const MOST_SHOWN = 16

/** Ctrl-K: hosts, pages and actions by name. */
export default function Palette(props: { onClose: () => void }): JSX.Element {
  const fleet = useFleet()
  const [text, setText] = createSignal('')
  const [position, setPosition] = createSignal(0)
  const hosts = createMemo(() =>
    (fleet.all() ?? []).map(
      (host): Entry => ({
        id: `host-${host.id}`,
        title: host.name,
        group: tp('palette.host'),
        state: host.state,
        run: () => navigate(`/hosts/${host.id}`),
      }),
    ),
  )
  const shown = createMemo(() => rankEntries([...pages(), ...hosts()], text(), MOST_SHOWN))
  const active = () => Math.min(position(), shown().length - 1)
  const run = (entry: Entry | undefined) => {
    if (entry === undefined) return
    props.onClose()
    entry.run()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      const count = Math.max(1, shown().length)
      setPosition((active() + step + count) % count)
    } else if (event.key === 'Enter') run(shown()[active()])
    else return
    event.preventDefault()
  }
  return (
    <Dialog isOpen onClose={props.onClose} title={tp('palette.title')} size="medium" look="palette">
      <div class="palette-input">
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-autocomplete="list"
          aria-activedescendant={
            shown()[active()] === undefined ? undefined : `palette-${shown()[active()]!.id}`
          }
          aria-label={tp('palette.title')}
          placeholder={tp('palette.hint')}
          autocomplete="off"
          spellcheck={false}
          value={text()}
          onInput={(event) => {
            setText(event.currentTarget.value)
            setPosition(0)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div
        class="palette-list"
        id="palette-list"
        role="listbox"
        aria-label={tp('palette.results')}
        tabIndex={-1}
      >
        <For each={shown()}>
          {(entry, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard stays in the text box and works from there
            <div
              id={`palette-${entry.id}`}
              role="option"
              tabIndex={-1}
              class="palette-entry"
              aria-selected={index() === active()}
              onPointerMove={() => setPosition(index())}
              onClick={() => run(entry)}
            >
              <Show when={entry.state} fallback={<Icon name={entry.icon ?? 'command'} />}>
                {(state) => <StateShape state={state()} />}
              </Show>
              <span class="truncate">{entry.title}</span>
              <span class="palette-group">{entry.group}</span>
            </div>
          )}
        </For>
      </div>
      <Show when={shown().length === 0}>
        <p class="palette-none" role="status">
          {tp('palette.none')}
        </p>
      </Show>
    </Dialog>
  )
}

function pages(): Entry[] {
  const page = tp('palette.page')
  const action = tp('palette.action')
  const isDark = theme() === 'dark'
  const go = (id: string, title: string, icon: IconName, to: string): Entry => ({
    id,
    title,
    icon,
    group: page,
    run: () => navigate(to),
  })
  return [
    go('fleet', t('nav.fleet'), 'fleet', '/'),
    go('containers', t('nav.containers'), 'container', '/containers'),
    go('proxmox', t('nav.proxmox'), 'server', '/proxmox'),
    go('alerts', t('nav.alerts'), 'bell', '/alerts'),
    go('alert-history', tp('palette.alertHistory'), 'clock', '/alerts/history'),
    go('alert-rules', tp('palette.alertRules'), 'bell', '/alerts/rules'),
    go('channels', tp('palette.channels'), 'send', '/alerts/channels'),
    go('deliveries', tp('palette.deliveries'), 'rows', '/alerts/deliveries'),
    go('quiet', tp('palette.quiet'), 'mute', '/alerts/quiet'),
    go('hosts', t('settings.hosts'), 'server', '/settings/hosts'),
    go('collection', t('settings.collection'), 'clock', '/settings/collection'),
    go('retention', t('settings.retention'), 'calendar', '/settings/retention'),
    go('notifications', t('settings.notifications'), 'bell', '/settings/notifications'),
    go('storage', t('settings.storage'), 'disk', '/settings/storage'),
    go('backups', t('settings.backups'), 'archive', '/settings/backups'),
    go('account', t('settings.account'), 'user', '/settings/account'),
    go('about', t('settings.about'), 'info', '/settings/about'),
    { ...go('add', t('hosts.add'), 'plus', '/settings/hosts?add=1'), group: action },
    { ...go('new-rule', tp('palette.newRule'), 'plus', '/alerts/rules/new'), group: action },
    { ...go('add-channel', tp('palette.addChannel'), 'plus', '/alerts/channels?add=1'), group: action },
    { ...go('silence', tp('palette.silence'), 'mute', '/alerts/quiet?add=silence'), group: action },
    {
      id: 'theme',
      title: isDark ? t('theme.toLight') : t('theme.toDark'),
      icon: isDark ? 'sun' : 'moon',
      group: action,
      run: () => setTheme(isDark ? 'light' : 'dark'),
    },
    { id: 'logout', title: t('account.logOut'), icon: 'logout', group: action, run: () => void logOut() },
  ]
}
