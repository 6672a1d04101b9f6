import type { HostSummary } from '@lumen/protocol/http/hosts'
import { createSignal, For, type JSX, Match, Show, Switch } from 'solid-js'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { Menu } from '../../components/menu.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { dateTimeText, relativeText } from '../../format/time.ts'
import { formatText } from '../../format/unit.ts'
import { t } from '../../i18n/t.ts'
import { tm } from '../../i18n/tm.ts'
import { useFleet } from '../../live/live.ts'
import { useNow } from '../../live/ticker.ts'
import { createQueryState } from '../../router.ts'
import AddHostDialog from './add-host-dialog.tsx'
import { DeleteDialog, RenameDialog, RotateDialog } from './host-dialogs.tsx'
import TagsDialog from './tags-dialog.tsx'

type Task = 'rename' | 'tags' | 'rotate' | 'delete'

/** Settings → Hosts & tokens. `?add=1` opens the dialog that adds one. */
export function HostsSection(): JSX.Element {
  const fleet = useFleet()
  const now = useNow()
  const [adding, setAdding] = createQueryState<string>('add', '')
  const [task, setTask] = createSignal<{ kind: Task; host: HostSummary } | undefined>()
  const close = () => setTask(undefined)
  const begin = (kind: Task, id: number) => {
    const host = fleet.host(id)
    if (host !== undefined) setTask({ kind, host })
  }
  return (
    <section class="settings-section wide" aria-labelledby="hosts-heading">
      <header class="section-head">
        <div>
          <h2 id="hosts-heading">{t('settings.hosts')}</h2>
          <p class="dim">{tm('hosts.intro')}</p>
        </div>
        <Button look="primary" icon="plus" onClick={() => setAdding('1')}>
          {t('hosts.add')}
        </Button>
      </header>
      <Switch fallback={<Skeleton height="180px" />}>
        <Match when={fleet.ids()?.length === 0}>
          <EmptyState title={t('fleet.empty')} text={t('fleet.emptyText')} />
        </Match>
        <Match when={fleet.ids()}>
          {(ids) => (
            <table class="hosts-table">
              <thead>
                <tr>
                  <th scope="col">{t('fleet.host')}</th>
                  <th scope="col">{t('fleet.state')}</th>
                  <th scope="col" class="roomy">
                    {tm('hosts.lastPush')}
                  </th>
                  <th scope="col" class="roomy">
                    {tm('hosts.interval')}
                  </th>
                  <th scope="col" class="roomy">
                    {tm('hosts.agent')}
                  </th>
                  <th scope="col" class="roomy">
                    {tm('hosts.created')}
                  </th>
                  <th scope="col" class="col-menu">
                    <span class="visually-hidden">{tm('hosts.actions')}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                <For each={ids()}>
                  {(id) => (
                    <Show when={fleet.host(id) !== undefined}>
                      <Row host={fleet.host(id)!} now={now()} onTask={(kind) => begin(kind, id)} />
                    </Show>
                  )}
                </For>
              </tbody>
            </table>
          )}
        </Match>
      </Switch>
      <Show when={adding() !== ''}>
        <AddHostDialog onClose={() => setAdding('')} />
      </Show>
      <Show when={task()} keyed>
        {({ kind, host }) => (
          <Switch>
            <Match when={kind === 'rename'}>
              <RenameDialog host={host} onClose={close} />
            </Match>
            <Match when={kind === 'tags'}>
              <TagsDialog host={host} onClose={close} />
            </Match>
            <Match when={kind === 'rotate'}>
              <RotateDialog host={host} onClose={close} />
            </Match>
            <Match when={kind === 'delete'}>
              <DeleteDialog host={host} onClose={close} />
            </Match>
          </Switch>
        )}
      </Show>
    </section>
  )
}

function Row(props: { host: HostSummary; now: number; onTask: (task: Task) => void }): JSX.Element {
  const lastPush = () =>
    props.host.last_seen === null ? t('hosts.never') : relativeText(props.host.last_seen, props.now)
  const agent = () => (props.host.protocol === 'v1' ? tm('hosts.agentV1') : (props.host.agent_version ?? '–'))
  return (
    <tr>
      <th scope="row">
        <a class="truncate" href={`/hosts/${props.host.id}`}>
          {props.host.name}
        </a>
      </th>
      <td>
        <StateBadge state={props.host.state} />
      </td>
      <td class="roomy">{lastPush()}</td>
      <td class="roomy">{formatText('seconds', props.host.interval_ms / 1000)}</td>
      <td class="roomy">{agent()}</td>
      <td class="roomy">{dateTimeText(props.host.created_at)}</td>
      <td class="col-menu">
        <Menu
          label={tm('hosts.actionsFor', props.host.name)}
          items={[
            { label: tm('hosts.rename'), icon: 'pencil', onSelect: () => props.onTask('rename') },
            { label: t('tags.edit'), icon: 'tag', onSelect: () => props.onTask('tags') },
            { label: tm('hosts.rotate'), icon: 'key', onSelect: () => props.onTask('rotate') },
            {
              label: tm('hosts.delete'),
              icon: 'trash',
              isDanger: true,
              onSelect: () => props.onTask('delete'),
            },
          ]}
        />
      </td>
    </tr>
  )
}
