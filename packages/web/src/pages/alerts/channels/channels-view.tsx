import type { Channel } from '@lumen/protocol/http/channels'
import { createSignal, For, type JSX, Match, Show, Switch } from 'solid-js'
import { alertCalls } from '../../../api/alert-calls.ts'
import { call } from '../../../api/client.ts'
import { createPolled } from '../../../api/polled.ts'
import { Banner } from '../../../components/banner.tsx'
import { Button } from '../../../components/button.tsx'
import { EmptyState } from '../../../components/empty-state.tsx'
import { Icon } from '../../../components/icon.tsx'
import { Menu } from '../../../components/menu.tsx'
import { toast } from '../../../components/toast.tsx'
import { dateTimeText, relativeText } from '../../../format/time.ts'
import { t } from '../../../i18n/t.ts'
import { ta } from '../../../i18n/ta.ts'
import { useNow } from '../../../live/ticker.ts'
import { createQueryState, navigate } from '../../../router.ts'
import { ListSkeleton } from '../shared/list-skeleton.tsx'
import { LoadFault } from '../shared/load-fault.tsx'
import { ChannelDialog } from './channel-dialog.tsx'
import { DeleteChannelDialog } from './delete-channel-dialog.tsx'

const EVERY_MS = 10_000

/** Where notifications go, and whether they arrive. `?add=1`, or the name of a kind, opens the form of a new one. */
export default function ChannelsView(): JSX.Element {
  const now = useNow()
  const [adding, setAdding] = createQueryState<string>('add', '')
  const [editing, setEditing] = createSignal<Channel | undefined>()
  const [deleting, setDeleting] = createSignal<Channel | undefined>()
  const [testing, setTesting] = createSignal<number | null>(null)
  const polled = createPolled(
    (signal) => call(alertCalls.listChannels, undefined, signal),
    () => EVERY_MS,
  )
  const channels = () => polled.data()?.channels
  const close = () => {
    setAdding('')
    setEditing(undefined)
    setDeleting(undefined)
  }
  const done = () => {
    close()
    void polled.refresh()
  }
  const test = async (channel: Channel) => {
    setTesting(channel.id)
    const outcome = await call(alertCalls.testChannel, {
      body: { id: channel.id, spec: { ...channel.spec, secrets: {} } },
    }).catch((thrown: unknown) => ({
      is_sent: false,
      fault: thrown instanceof Error ? thrown.message : String(thrown),
    }))
    setTesting(null)
    if (outcome.is_sent) toast(ta('channels.testedWell', channel.spec.name))
    else toast(ta('channels.testFailed', outcome.fault ?? ''), 'fault')
    void polled.refresh()
  }
  return (
    <div class="channels">
      <Show when={polled.error() !== undefined && channels() !== undefined && polled.error()}>
        {(error) => (
          <Banner
            kind="fault"
            action={<Button onClick={() => void polled.refresh()}>{t('error.retry')}</Button>}
          >
            {error().message}
          </Banner>
        )}
      </Show>
      <Switch fallback={<ListSkeleton rows={4} height="64px" />}>
        <Match when={channels() === undefined && polled.error()}>
          {(error) => (
            <LoadFault title={ta('channels.failed')} error={error()} onRetry={() => void polled.refresh()} />
          )}
        </Match>
        <Match when={channels()?.length === 0}>
          <EmptyState
            title={ta('channels.none')}
            text={ta('channels.noneText')}
            art={<Icon name="bell" size={40} />}
          >
            <Button look="primary" icon="plus" onClick={() => setAdding('1')}>
              {ta('channels.add')}
            </Button>
          </EmptyState>
        </Match>
        <Match when={channels()}>
          {(all) => (
            <>
              <div class="toolbar">
                <p class="dim toolbar-text">{ta('channels.about')}</p>
                <Button look="primary" icon="plus" class="add" onClick={() => setAdding('1')}>
                  {ta('channels.add')}
                </Button>
              </div>
              <ul class="channel-list" aria-label={ta('tab.channels')}>
                <For each={all()}>
                  {(channel) => (
                    <ChannelRow
                      channel={channel}
                      now={now()}
                      isTesting={testing() === channel.id}
                      onTest={() => void test(channel)}
                      onEdit={() => setEditing(channel)}
                      onDelete={() => setDeleting(channel)}
                    />
                  )}
                </For>
              </ul>
            </>
          )}
        </Match>
      </Switch>
      <Show when={(adding() !== '' || editing() !== undefined) && polled.data()}>
        {(data) => (
          <ChannelDialog
            channel={editing()}
            wanted={adding()}
            kinds={data().kinds}
            onClose={close}
            onSaved={done}
          />
        )}
      </Show>
      <Show when={deleting()} keyed>
        {(channel) => <DeleteChannelDialog channel={channel} onClose={close} onDeleted={done} />}
      </Show>
    </div>
  )
}

function ChannelRow(props: {
  channel: Channel
  now: number
  isTesting: boolean
  onTest: () => void
  onEdit: () => void
  onDelete: () => void
}): JSX.Element {
  const spec = () => props.channel.spec
  const notes = () =>
    [
      ta(`kind.${spec().kind}`),
      ta(spec().is_default ? 'channels.isDefault' : 'channels.isNamed'),
      spec().least_level === 'critical' ? ta('channels.onlyCritical') : '',
    ].filter(Boolean)
  return (
    <li class="channel-row" classList={{ off: !spec().is_enabled }}>
      <div class="channel-what">
        <button type="button" class="channel-name" onClick={props.onEdit}>
          {spec().name}
        </button>
        <p class="dim">{notes().join(' · ')}</p>
      </div>
      <ChannelState channel={props.channel} now={props.now} />
      <Button
        icon="send"
        isBusy={props.isTesting}
        aria-label={ta('channels.testOf', spec().name)}
        onClick={props.onTest}
      >
        {ta('channels.testShort')}
      </Button>
      <Menu
        label={ta('rules.actionsFor', spec().name)}
        items={[
          { label: ta('channels.edit'), icon: 'pencil', onSelect: props.onEdit },
          { label: ta('channels.deliveries'), icon: 'rows', onSelect: () => navigate('/alerts/deliveries') },
          { label: ta('channels.delete'), icon: 'trash', isDanger: true, onSelect: props.onDelete },
        ]}
      />
    </li>
  )
}

/** Off, failing, working or never used: as shape and words. */
function ChannelState(props: { channel: Channel; now: number }): JSX.Element {
  const sentAt = () => props.channel.last_sent_at
  return (
    <p class="channel-state">
      <Switch fallback={<span class="dim">{ta('channels.unused')}</span>}>
        <Match when={!props.channel.spec.is_enabled}>
          <span class="dim">
            <Icon name="mute" /> {ta('channels.off')}
          </span>
        </Match>
        <Match when={props.channel.fault}>
          {(fault) => (
            <span class="bad">
              <Icon name="warning" /> <span>{ta('channels.failing', fault())}</span>
            </span>
          )}
        </Match>
        <Match when={sentAt()}>
          {(at) => (
            <span class="good" title={dateTimeText(at())}>
              <Icon name="check" /> {ta('channels.sent', relativeText(at(), props.now))}
            </span>
          )}
        </Match>
      </Switch>
    </p>
  )
}
