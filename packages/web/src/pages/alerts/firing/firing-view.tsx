import type { Alert } from '@lumen/protocol/http/alerts/alert'
import { createMemo, createResource, createSignal, For, type JSX, Match, Show, Switch } from 'solid-js'
import { alertCalls } from '../../../api/alert-calls.ts'
import { call } from '../../../api/client.ts'
import { ApiError } from '../../../api/problem.ts'
import { Button } from '../../../components/button.tsx'
import { EmptyState } from '../../../components/empty-state.tsx'
import { Icon } from '../../../components/icon.tsx'
import { Skeleton } from '../../../components/skeleton.tsx'
import { toast } from '../../../components/toast.tsx'
import { t } from '../../../i18n/t.ts'
import { ta } from '../../../i18n/ta.ts'
import { isLoud } from '../../../live/alert-store.ts'
import { liveStatus, useAlerts } from '../../../live/live.ts'
import { useNow } from '../../../live/ticker.ts'
import { createQueryState } from '../../../router.ts'
import { SilenceAlertDialog } from '../quiet/silence-alert-dialog.tsx'
import { useRules } from '../shared/known-names.ts'
import { AckDialog } from './ack-dialog.tsx'
import { AlertCard } from './alert-card.tsx'

const GROUPS = ['loud', 'pending', 'quiet'] as const
type Group = (typeof GROUPS)[number]

interface Task {
  kind: 'ack' | 'silence'
  alert: Alert
}

/** What fires now, what is about to, and what is kept quiet. `?open=ID` shows one whole. */
export function FiringView(): JSX.Element {
  const alerts = useAlerts()
  const now = useNow()
  const rules = useRules()
  const [open, setOpen] = createQueryState<string>('open', '')
  const [task, setTask] = createSignal<Task | undefined>()
  // Where no stream gets through, a plain call shows at least how it stands.
  const [asked, { refetch }] = createResource(() =>
    call(alertCalls.listActiveAlerts).then(
      (answer) => {
        if (alerts.all() === undefined) alerts.take(answer.alerts)
        return undefined
      },
      (thrown: unknown) => (thrown instanceof ApiError ? thrown : Promise.reject(thrown)),
    ),
  )
  const all = () => alerts.all()
  const groupOf: Record<Group, () => Alert[]> = {
    loud: createMemo(() => (all() ?? []).filter(isLoud)),
    pending: createMemo(() => (all() ?? []).filter(({ state }) => state === 'pending')),
    quiet: createMemo(() => (all() ?? []).filter((one) => one.state === 'firing' && one.quiet !== null)),
  }
  const undoAck = async ({ id }: Alert) => {
    try {
      await call(alertCalls.unacknowledgeAlert, { params: { id } })
      toast(ta('ack.undone'))
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      toast(thrown.message, 'fault')
    }
  }
  const card = (id: number) => {
    const alert = () => all()?.find((one) => one.id === id)
    return (
      <Show when={alert()}>
        {(one) => (
          <li>
            <AlertCard
              alert={one()}
              spec={rules().get(one().rule_id)?.spec}
              now={now()}
              isOpen={open() === String(id)}
              onToggle={() => setOpen(open() === String(id) ? '' : String(id))}
              onAck={() =>
                one().ack === null ? setTask({ kind: 'ack', alert: one() }) : void undoAck(one())
              }
              onSilence={() => setTask({ kind: 'silence', alert: one() })}
            />
          </li>
        )}
      </Show>
    )
  }
  return (
    <div class="firing" classList={{ stale: liveStatus().kind === 'lost' }}>
      <Switch fallback={<FiringSkeleton />}>
        <Match when={all() === undefined && asked.latest}>
          {(error) => (
            <EmptyState title={ta('firing.failed')} text={error().message}>
              <Button look="primary" onClick={() => void refetch()}>
                {t('error.retry')}
              </Button>
            </EmptyState>
          )}
        </Match>
        <Match when={all()?.length === 0}>
          <EmptyState
            title={ta('firing.none')}
            text={ta('firing.noneText')}
            art={<Icon name="check" size={40} />}
          >
            <a href="/alerts/rules">{ta('firing.noneLink')}</a>
          </EmptyState>
        </Match>
        <Match when={all()}>
          <For each={GROUPS}>
            {(name) => (
              <Show when={groupOf[name]().length > 0 || name === 'loud'}>
                <section class="alert-group" aria-labelledby={`group-${name}`}>
                  <h2 id={`group-${name}`}>
                    {ta(`group.${name}`)} <span class="alert-count">{groupOf[name]().length}</span>
                  </h2>
                  <Show
                    when={groupOf[name]().length > 0}
                    fallback={<p class="dim">{ta('firing.noneLoud')}</p>}
                  >
                    <AlertList ids={groupOf[name]().map(({ id }) => id)} card={card} />
                  </Show>
                </section>
              </Show>
            )}
          </For>
        </Match>
      </Switch>
      <Show when={task()} keyed>
        {({ kind, alert }) => (
          <Show
            when={kind === 'ack'}
            fallback={<SilenceAlertDialog alert={alert} onClose={() => setTask(undefined)} />}
          >
            <AckDialog alert={alert} onClose={() => setTask(undefined)} />
          </Show>
        )}
      </Show>
    </div>
  )
}

/** By id, so that new numbers change a card and never make another. */
function AlertList(props: { ids: readonly number[]; card: (id: number) => JSX.Element }): JSX.Element {
  const ids = createMemo(() => props.ids, undefined, {
    equals: (a, b) => a.length === b.length && a.every((id, i) => id === b[i]),
  })
  return (
    <ul class="alert-list">
      <For each={ids()}>{(id) => props.card(id)}</For>
    </ul>
  )
}

function FiringSkeleton(): JSX.Element {
  return (
    <div aria-busy="true">
      <span class="visually-hidden" role="status">
        {t('app.loading')}
      </span>
      <div class="alert-list" aria-hidden="true">
        <For each={[0, 1, 2]}>{() => <Skeleton height="132px" class="card-skeleton" />}</For>
      </div>
    </div>
  )
}
