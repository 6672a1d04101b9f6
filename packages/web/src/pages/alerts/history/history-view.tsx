import type { Alert } from '@lumen/protocol/http/alerts/alert'
import { createMemo, createSignal, For, type JSX, Match, Show, Switch, untrack } from 'solid-js'
import { alertCalls } from '../../../api/alert-calls.ts'
import { call } from '../../../api/client.ts'
import { Button } from '../../../components/button.tsx'
import { EmptyState } from '../../../components/empty-state.tsx'
import { ta } from '../../../i18n/ta.ts'
import { useAlerts, useFleet } from '../../../live/live.ts'
import { useNow } from '../../../live/ticker.ts'
import { createQueryState } from '../../../router.ts'
import { useRules } from '../shared/known-names.ts'
import { ListSkeleton } from '../shared/list-skeleton.tsx'
import { LoadFault } from '../shared/load-fault.tsx'
import { createPaged } from '../shared/paged.ts'
import { HistoryRow } from './history-row.tsx'
import { SPANS, type Span, spanRange } from './spans.ts'

/** What fired: when, for how long, how bad it got and why it ended. */
export default function HistoryView(): JSX.Element {
  const fleet = useFleet()
  const rules = useRules()
  const now = useNow()
  const alerts = useAlerts()
  const [host, setHost] = createQueryState<string>('host', '', { isValid: isId })
  const [rule, setRule] = createQueryState<string>('rule', '', { isValid: isId })
  const [span, setSpan] = createQueryState<Span>('time', 'all', {
    isValid: (text) => SPANS.some((known) => known === text),
  })
  const [open, setOpen] = createSignal<number | null>(null)
  // Something began or ended: what is listed may have changed.
  const firing = createMemo(() => (alerts.all() ?? []).map(({ id, state }) => id + state).join())
  const wish = createMemo(() => ({ host: host(), rule: rule(), span: span(), firing: firing() }))
  const paged = createPaged(wish, async (wanted, before, signal) => {
    const query = {
      host: wanted.host === '' ? undefined : Number(wanted.host),
      rule: wanted.rule === '' ? undefined : Number(wanted.rule),
      ...spanRange(wanted.span, untrack(now)),
      before,
    }
    const answer = await call(alertCalls.listAlertHistory, { query }, signal)
    return { rows: answer.alerts, next: answer.next }
  })
  const isNarrowed = () => host() !== '' || rule() !== '' || span() !== 'all'
  const clear = () => {
    setHost('')
    setRule('')
    setSpan('all')
  }
  const ids = createMemo(() => (paged.rows() ?? []).map(({ id }) => id), [], {
    equals: (a, b) => a.length === b.length && a.every((id, i) => id === b[i]),
  })
  const byId = createMemo(
    () => new Map((paged.rows() ?? []).map((alert): [number, Alert] => [alert.id, alert])),
  )
  return (
    <div class="history">
      <div class="toolbar">
        <Choice label={ta('history.host')} value={host()} onValue={setHost} all={ta('history.allHosts')}>
          <For each={fleet.all() ?? []}>
            {(one) => (
              <option value={String(one.id)} selected={host() === String(one.id)}>
                {one.name}
              </option>
            )}
          </For>
        </Choice>
        <Choice label={ta('history.rule')} value={rule()} onValue={setRule} all={ta('history.allRules')}>
          <For each={[...rules().values()]}>
            {(one) => (
              <option value={String(one.id)} selected={rule() === String(one.id)}>
                {one.spec.name}
              </option>
            )}
          </For>
        </Choice>
        <label>
          <span class="visually-hidden">{ta('history.time')}</span>
          <select
            class="select"
            value={span()}
            onChange={(event) => setSpan(event.currentTarget.value as Span)}
          >
            <For each={SPANS}>{(one) => <option value={one}>{ta(`history.${one}`)}</option>}</For>
          </select>
        </label>
      </div>
      <Switch fallback={<ListSkeleton rows={8} height="64px" />}>
        <Match when={paged.error() !== undefined && paged.rows() === undefined && paged.error()}>
          {(error) => <LoadFault title={ta('history.failed')} error={error()} onRetry={paged.reload} />}
        </Match>
        <Match when={paged.rows()?.length === 0}>
          <EmptyState
            title={ta(isNarrowed() ? 'history.noMatch' : 'history.none')}
            text={isNarrowed() ? '' : ta('history.noneText')}
          >
            <Show when={isNarrowed()}>
              <Button onClick={clear}>{ta('history.clear')}</Button>
            </Show>
          </EmptyState>
        </Match>
        <Match when={paged.rows()}>
          <ul class="history-list">
            <For each={ids()}>
              {(id) => (
                <Show when={byId().get(id)}>
                  {(alert) => (
                    <HistoryRow
                      alert={alert()}
                      spec={rules().get(alert().rule_id)?.spec}
                      now={now()}
                      isOpen={open() === id}
                      onToggle={() => setOpen(open() === id ? null : id)}
                    />
                  )}
                </Show>
              )}
            </For>
          </ul>
          <Show when={paged.hasMore()}>
            <Button class="list-more" isBusy={paged.isBusy()} onClick={() => paged.more()}>
              {ta('list.more')}
            </Button>
          </Show>
          <Show when={paged.error()}>{(error) => <p class="alert-note">{error().message}</p>}</Show>
        </Match>
      </Switch>
    </div>
  )
}

function isId(text: string): boolean {
  return /^\d{1,15}$/.test(text)
}

function Choice(props: {
  label: string
  value: string
  onValue: (value: string) => void
  all: string
  children: JSX.Element
}): JSX.Element {
  return (
    <label>
      <span class="visually-hidden">{props.label}</span>
      <select class="select" onChange={(event) => props.onValue(event.currentTarget.value)}>
        <option value="" selected={props.value === ''}>
          {props.all}
        </option>
        {props.children}
      </select>
    </label>
  )
}
