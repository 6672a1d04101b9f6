import type { HostSummary } from '@lumen/protocol/http/hosts'
import { type Accessor, createMemo, type JSX, lazy, Show, Suspense, untrack } from 'solid-js'
import { Bar } from '../../components/bar.tsx'
import { FiringCount } from '../../components/firing-count.tsx'
import { Icon } from '../../components/icon.tsx'
import { Num } from '../../components/number.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { relativeText } from '../../format/time.ts'
import { formatText } from '../../format/unit.ts'
import { t } from '../../i18n/t.ts'
import { Spark } from './spark-view.tsx'
import { useVisible } from './visible.ts'
import { whatItIs } from './what-it-is.ts'

/** The newest summary while its element is on screen, else the last one drawn. */
export function createShown(
  live: Accessor<HostSummary | undefined>,
  isVisible: Accessor<boolean>,
): Accessor<HostSummary | undefined> {
  return createMemo<HostSummary | undefined>(
    (before) => (isVisible() ? live() : (before ?? untrack(live))) ?? before,
  )
}

/** Few have a cluster: it comes when one is there. */
const ClusterCounts = lazy(() => import('./cluster-counts.tsx'))

export function HostCard(props: {
  host: Accessor<HostSummary | undefined>
  now: Accessor<number>
}): JSX.Element {
  const [ref, isVisible] = useVisible()
  const shown = createShown(() => props.host(), isVisible)
  return (
    <li class="card-slot" ref={ref}>
      <Show when={shown() !== undefined}>
        <Card host={() => shown()!} now={props.now} />
      </Show>
    </li>
  )
}

function Card(props: { host: Accessor<HostSummary>; now: Accessor<number> }): JSX.Element {
  const host = () => props.host()
  /** Drawn in place of meters where there are none. */
  const counts = () => (host().now?.cpu_pct == null ? host().cluster : null)
  return (
    <article class={`card ${host().state}`}>
      <header class="card-head">
        <h2 class="card-name">
          <a href={`/hosts/${host().id}`} class="truncate">
            {host().name}
          </a>
        </h2>
        <FiringCount firing={host().firing} />
        <StateBadge state={host().state} />
      </header>
      <p class="card-what truncate" title={host().state === 'stale' ? whatItIs(host()) : undefined}>
        {host().state === 'stale' ? host().reason : whatItIs(host())}
        <Show when={host().tags.length > 0}>
          <span class="card-tags"> · {host().tags.join(', ')}</span>
        </Show>
      </p>
      <Show
        when={host().state === 'up' || host().state === 'stale'}
        fallback={<p class="card-reason">{host().reason}</p>}
      >
        <Show when={counts() === null}>
          <Spark values={host().spark} label={t('fleet.spark', host().name)} />
        </Show>
      </Show>
      <Show when={counts()} fallback={<Bars host={props.host} />}>
        {(known) => (
          <Suspense>
            <ClusterCounts counts={known()} />
          </Suspense>
        )}
      </Show>
      <Show when={host().state === 'up'} fallback={<Trouble host={props.host} now={props.now} />}>
        <Show when={counts() === null}>
          <Flows host={props.host} />
        </Show>
      </Show>
    </article>
  )
}

function Bars(props: { host: Accessor<HostSummary> }): JSX.Element {
  const host = () => props.host()
  const now = () => host().now
  return (
    <div class="card-bars">
      <Bar label={t('fleet.cpu')} percent={now()?.cpu_pct} />
      <Bar label={t('fleet.memory')} percent={now()?.mem_pct} detail={memoryDetail(host())} />
      <Bar label={t('fleet.disk')} percent={now()?.disk_pct} detail={t('fleet.diskDetail')} />
    </div>
  )
}

function Flows(props: { host: Accessor<HostSummary> }): JSX.Element {
  const now = () => props.host().now
  return (
    <footer class="card-foot">
      <span class="flow" title={t('fleet.received')}>
        <Icon name="arrowDown" size={12} />
        <span class="visually-hidden">{t('fleet.received')}</span>
        <Num unit="bytes_per_second" value={now()?.net_rx_bytes_per_s} />
      </span>
      <span class="flow" title={t('fleet.sent')}>
        <Icon name="arrowUp" size={12} />
        <span class="visually-hidden">{t('fleet.sent')}</span>
        <Num unit="bytes_per_second" value={now()?.net_tx_bytes_per_s} />
      </span>
      <Show when={now()?.temp_celsius != null}>
        <span class="card-temp" title={t('fleet.temperature')}>
          <span class="visually-hidden">{t('fleet.temperature')}</span>
          <Num unit="celsius" value={now()?.temp_celsius} />
        </span>
      </Show>
    </footer>
  )
}

/** When a host that is not up was last heard. */
function Trouble(props: { host: Accessor<HostSummary>; now: Accessor<number> }): JSX.Element {
  const lastSeen = () => props.host().last_seen
  return (
    <footer class="card-foot trouble">
      <Show when={lastSeen()}>
        {(at) => <span class="card-age">{t('fleet.seen', relativeText(at(), props.now()))}</span>}
      </Show>
    </footer>
  )
}

function memoryDetail(host: HostSummary): string {
  const { now } = host
  if (now === null) return ''
  return t(
    'fleet.memoryDetail',
    formatText('bytes', now.mem_used_bytes),
    formatText('bytes', now.mem_total_bytes),
  )
}
