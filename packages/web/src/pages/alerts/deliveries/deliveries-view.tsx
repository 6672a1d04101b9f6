import type { Delivery } from '@lumen/protocol/http/channels'
import { createSignal, Index, type JSX, Match, Show, Switch } from 'solid-js'
import { alertCalls } from '../../../api/alert-calls.ts'
import { call } from '../../../api/client.ts'
import { ApiError } from '../../../api/problem.ts'
import { Button } from '../../../components/button.tsx'
import { EmptyState } from '../../../components/empty-state.tsx'
import { Icon, type IconName } from '../../../components/icon.tsx'
import { LevelShape } from '../../../components/level-shape.tsx'
import { toast } from '../../../components/toast.tsx'
import { dateTimeText, relativeText } from '../../../format/time.ts'
import { ta } from '../../../i18n/ta.ts'
import { useNow } from '../../../live/ticker.ts'
import { createQueryState } from '../../../router.ts'
import { ListSkeleton } from '../shared/list-skeleton.tsx'
import { LoadFault } from '../shared/load-fault.tsx'
import { createPaged } from '../shared/paged.ts'
import { Segments } from '../shared/segments.tsx'
import { spanText } from '../shared/words.ts'
import { deliveryTitle } from './delivery-title.ts'

type State = Delivery['state'] | 'all'
const STATES: readonly State[] = ['all', 'waiting', 'dead', 'sent']
const EVERY_MS = 5_000
const ICONS: Record<Delivery['state'], IconName> = { waiting: 'clock', sent: 'check', dead: 'warning' }

const STANDINGS = { critical: 'critical', warning: 'warning', over: 'resolved' } as const

/** Each message to each channel: sent, waiting for another try, or given up. */
export default function DeliveriesView(): JSX.Element {
  const now = useNow()
  const [state, setState] = createQueryState<State>('state', 'all', {
    isValid: (text) => STATES.some((known) => known === text),
  })
  const [retrying, setRetrying] = createSignal<number | null>(null)
  const paged = createPaged(
    state,
    async (wanted, before, signal) => {
      const query = { state: wanted === 'all' ? undefined : wanted, before }
      const answer = await call(alertCalls.listDeliveries, { query }, signal)
      return { rows: answer.deliveries, next: answer.next }
    },
    EVERY_MS,
  )
  const retry = async ({ id }: Delivery) => {
    setRetrying(id)
    try {
      const { delivery } = await call(alertCalls.retryDelivery, { params: { id } })
      paged.replace(delivery, (other) => other.id === id)
      toast(ta('deliveries.retried'))
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      toast(thrown.message, 'fault')
    }
    setRetrying(null)
  }
  return (
    <div class="deliveries">
      <div class="toolbar">
        <Segments
          label={ta('deliveries.filter')}
          isLabelHidden
          choices={STATES.map((one) => ({ value: one, text: ta(`deliveries.${one}`) }))}
          value={state()}
          onValue={setState}
        />
      </div>
      <Switch fallback={<ListSkeleton rows={8} height="56px" />}>
        <Match when={paged.rows() === undefined && paged.error()}>
          {(error) => <LoadFault title={ta('deliveries.failed')} error={error()} onRetry={paged.reload} />}
        </Match>
        <Match when={paged.rows()?.length === 0}>
          <EmptyState
            title={ta(state() === 'all' ? 'deliveries.none' : 'deliveries.noMatch')}
            text={state() === 'all' ? ta('deliveries.noneText') : ''}
          >
            <Show when={state() !== 'all'}>
              <Button onClick={() => setState('all')}>{ta('deliveries.showAll')}</Button>
            </Show>
          </EmptyState>
        </Match>
        <Match when={paged.rows()}>
          {(rows) => (
            <>
              <ul class="delivery-list">
                <Index each={rows()}>
                  {(delivery) => (
                    <DeliveryRow
                      delivery={delivery()}
                      now={now()}
                      isBusy={retrying() === delivery().id}
                      onRetry={() => void retry(delivery())}
                    />
                  )}
                </Index>
              </ul>
              <Show when={paged.hasMore()}>
                <Button class="list-more" isBusy={paged.isBusy()} onClick={() => paged.more()}>
                  {ta('list.more')}
                </Button>
              </Show>
            </>
          )}
        </Match>
      </Switch>
    </div>
  )
}

function DeliveryRow(props: {
  delivery: Delivery
  now: number
  isBusy: boolean
  onRetry: () => void
}): JSX.Element {
  const one = () => props.delivery
  const at = () => one().sent_at ?? one().created_at
  const nextText = () => {
    const next = one().next_at
    if (one().state !== 'waiting' || next === null) return ''
    return next <= props.now ? ta('deliveries.due') : ta('deliveries.next', spanText(next - props.now))
  }
  return (
    <li class={`delivery-row ${one().state}`}>
      <span class="delivery-state">
        <Icon name={ICONS[one().state]} />
        {ta(`deliveries.${one().state}`)}
      </span>
      <div class="delivery-what">
        <p class="delivery-title">
          <Show when={one().level}>{(level) => <LevelShape standing={STANDINGS[level()]} />}</Show>
          {deliveryTitle(one())}
        </p>
        <Show when={one().fault}>{(fault) => <p class="delivery-fault">{fault()}</p>}</Show>
      </div>
      <p class="delivery-where dim">
        {one().channel}
        <span class="num" title={dateTimeText(at())}>
          {relativeText(at(), props.now)}
        </span>
        <Show when={one().attempts > 1 || one().state !== 'sent'}>
          <span>{[ta('deliveries.attempts', one().attempts), nextText()].filter(Boolean).join(', ')}</span>
        </Show>
      </p>
      <Show when={one().state === 'dead'}>
        <Button
          icon="refresh"
          isBusy={props.isBusy}
          aria-label={ta('deliveries.retryOf', deliveryTitle(one()))}
          onClick={props.onRetry}
        >
          {ta('deliveries.retry')}
        </Button>
      </Show>
    </li>
  )
}
