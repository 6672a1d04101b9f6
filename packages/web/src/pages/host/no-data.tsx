import { DAY, type TimeRange } from '@lumen/model/time'
import type { HostSummary } from '@lumen/protocol/http/hosts'
import { createResource, For, type JSX, Match, Show, Switch } from 'solid-js'
import { calls } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import { gapText } from '../../charts/texts.ts'
import type { TimeAxis } from '../../charts/time-axis.ts'
import { dayLabel } from '../../charts/time-labels.ts'
import { DEFAULT_VIEW, fixedView, REACH_MS } from '../../charts/window.ts'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { t } from '../../i18n/t.ts'
import { gapsIn } from './empty-window.ts'
import type { HistoryGroup } from './history.ts'

const MOST_GAPS = 3

/** In place of the charts: why there are none, since when there is something, and how to get there. */
export default function NoData(props: {
  host: HostSummary
  group: HistoryGroup
  axis: TimeAxis
}): JSX.Element {
  const [begin] = createResource(() => beginOfHistory(props.host.id, props.axis.now()))
  const gaps = () => gapsIn(props.group, props.axis)
  const known = () => (begin.state === 'ready' ? begin() : undefined)
  const show = (range: TimeRange) => props.axis.show(fixedView(range, props.axis.now()))
  /** As long as the window, most of it before the host went silent. */
  const lastOf = (at: number): TimeRange => {
    const { from, to } = props.axis.window()
    return { from: at - (to - from) * 0.9, to: at + (to - from) * 0.1 }
  }
  return (
    <EmptyState title={gaps().length > 0 ? t('nodata.gap') : t('nodata.title')}>
      <For each={gaps().slice(0, MOST_GAPS)}>{(gap) => <p>{gapText(gap, props.axis.now())}</p>}</For>
      <Show when={gaps().length === 0}>
        <p role="status">
          <Switch fallback={t('nodata.none')}>
            <Match when={begin.loading}>{t('nodata.asking')}</Match>
            <Match when={known()}>{(at) => t('nodata.since', dayLabel(at(), props.axis.now()))}</Match>
          </Switch>
        </p>
      </Show>
      <div class="empty-actions">
        <Show when={gaps().length > 0 ? props.host.last_seen : null}>
          {(at) => <Button onClick={() => show(lastOf(at()))}>{t('nodata.last')}</Button>}
        </Show>
        <Show when={gaps().length === 0 ? known() : undefined}>
          {(at) => <Button onClick={() => show({ from: at(), to: at() + DAY })}>{t('nodata.first')}</Button>}
        </Show>
        <Show when={props.axis.view().kind === 'fixed'}>
          <Button look="primary" onClick={() => props.axis.show(DEFAULT_VIEW)}>
            {t('nodata.live')}
          </Button>
        </Show>
      </div>
    </EmptyState>
  )
}

/** Start of the first day with a reading of the host; undefined when there is none, or no answer. */
async function beginOfHistory(host: number, now: number): Promise<number | undefined> {
  const query = {
    host: String(host),
    metrics: 'host.cpu_pct,host.mem_used_bytes',
    from: now - REACH_MS,
    to: now,
  }
  const answer = await call(calls.getQuery, { query: { ...query, points: REACH_MS / DAY + 1 } }).catch(
    () => undefined,
  )
  const row = answer?.t.findIndex((_, i) => answer.series.some(({ avg }) => (avg[i] ?? null) !== null))
  return row === undefined || row < 0 ? undefined : answer?.t[row]
}
