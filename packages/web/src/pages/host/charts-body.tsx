import { DAY, type TimeRange } from '@lumen/model/time'
import type { HostSummary } from '@lumen/protocol/http/hosts'
import type { LiveFrame } from '@lumen/protocol/live/message'
import {
  type Accessor,
  createEffect,
  createMemo,
  For,
  type JSX,
  lazy,
  onCleanup,
  Show,
  Suspense,
} from 'solid-js'
import { pressAxisKey } from '../../charts/gestures.ts'
import { createTimeAxis, type TimeAxis } from '../../charts/time-axis.ts'
import { isSameView, parseView, viewParams } from '../../charts/window.ts'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { t } from '../../i18n/t.ts'
import { hubNow } from '../../live/live.ts'
import { location, setQuery } from '../../router.ts'
import { ContainerSection } from './container-section.tsx'
import { isEmptyWindow } from './empty-window.ts'
import { EventsSection } from './events-section.tsx'
import { createHistory } from './history.ts'
import { createHostAlerting } from './host-alerting.ts'
import { createHostEvents } from './host-events.ts'
import {
  CpuSection,
  LoadSection,
  MACHINE_METRICS,
  MemorySection,
  PressureSection,
} from './machine-sections.tsx'
import { NETWORK_METRICS, NetworkSection, SensorSection } from './network-sections.tsx'
import { RangePicker } from './range-picker.tsx'
import { isThere, SECTIONS, sectionTitle } from './section.tsx'
import { DiskSection, FilesystemSection, STORAGE_METRICS } from './storage-sections.tsx'
import { TableSections } from './table-sections.tsx'
import { NumbersAge, Tiles } from './tiles.tsx'

// Few hosts have these: they come when they are needed.
const GuestSection = lazy(() => import('./guest-section.tsx'))
const NoData = lazy(() => import('./no-data.tsx'))
const PolledNetwork = lazy(() => import('./polled-network.tsx'))
const StorageRows = lazy(() => import('./storage-rows.tsx'))

/** Everything of a host that has been heard of: tiles, range and the sections with their charts. */
export function ChartsBody(props: { host: HostSummary; frame: Accessor<LiveFrame | null> }): JSX.Element {
  const view = createViewOfAddress()
  const shownView = createMemo(view, undefined, { equals: isSameView })
  const events = createHostEvents(props.host.id, shownView)
  const alerting = createHostAlerting(() => props.host, shownView)
  const marks = createMemo(() => [...events.marks(), ...alerting.marks()].sort((a, b) => a.at - b.at))
  const axis = createTimeAxis({
    view,
    marks,
    onView: (view, isStep) => {
      const params = viewParams(view)
      setQuery(
        { range: params.range ?? null, from: params.from ?? null, to: params.to ?? null },
        { push: isStep },
      )
    },
    now: hubNow,
  })
  panByKeys(axis)
  const group = (metrics: readonly string[]) =>
    createHistory({
      host: props.host.id,
      metrics,
      axis,
      points: () => worthwhilePoints(axis.window()),
      intervalMs: () => props.host.interval_ms,
      thresholdsOf: alerting.thresholdsOf,
    })
  const machine = group(MACHINE_METRICS)
  const storage = group(STORAGE_METRICS)
  const network = group(NETWORK_METRICS)
  const groups = [machine, storage, network]
  const failed = () => groups.find((each) => each.error() !== undefined)
  // No machine: it has the sum of its nodes, its guests and what they share.
  const isCluster = props.host.kind === 'proxmox-cluster'
  const isNode = props.host.kind === 'proxmox-node'
  // Proxmox tells it from version 9 on; of an agent's machine the section says why there is none.
  const hasPressure = () => !isNode || machine.names().some((name) => name.includes('psi'))
  const cores = () => props.host.facts?.cores
  const shared = { axis, frame: props.frame }
  const anchors = createMemo(
    () =>
      SECTIONS.filter(
        (name) => isThere(name, props.host.kind, props.frame()) && (name !== 'pressure' || hasPressure()),
      ),
    [],
    {
      equals: (a, b) => a.join() === b.join(),
    },
  )
  const isUp = () => props.host.state === 'up'
  const isSettled = () => groups.every((each) => each.isLoaded())
  goToSectionOfAddress(isSettled)
  return (
    <>
      <Show when={!isCluster}>
        <Tiles host={props.host} frame={props.frame()} />
      </Show>
      <NumbersAge host={props.host} frame={props.frame()} />
      <div class="host-bar">
        <nav class="anchors" aria-label={t('host.sections')}>
          <For each={anchors()}>{(name) => <a href={`#${name}`}>{sectionTitle(name)}</a>}</For>
        </nav>
        <RangePicker axis={axis} />
      </div>
      <Show when={failed()}>
        {(each) => (
          <Banner
            kind="fault"
            action={<Button onClick={() => groups.map((one) => one.retry())}>{t('host.retry')}</Button>}
          >
            {t('host.loadFailed')} {each().error()?.message}
          </Banner>
        )}
      </Show>
      <div class="sections" aria-busy={!machine.isLoaded()}>
        <Show when={machine.isLoaded()} fallback={<SectionsSkeleton isFailed={failed() !== undefined} />}>
          <Show
            when={isCluster || !isEmptyWindow(machine, axis)}
            fallback={
              <Suspense>
                <NoData host={props.host} group={machine} axis={axis} />
              </Suspense>
            }
          >
            <CpuSection {...shared} group={machine} cores={cores()} isUp={isUp()} />
            <Show when={!isCluster}>
              <LoadSection {...shared} group={machine} cores={cores()} />
            </Show>
            <MemorySection {...shared} group={machine} />
            <Show when={!isCluster}>
              <Show when={hasPressure()}>
                <PressureSection {...shared} group={machine} />
              </Show>
              <Show when={storage.isLoaded()}>
                <FilesystemSection {...shared} group={storage} />
                <Show when={!isNode}>
                  <DiskSection {...shared} group={storage} />
                </Show>
              </Show>
              <Show when={network.isLoaded()}>
                <Show
                  when={!isNode}
                  fallback={
                    <Suspense>
                      <PolledNetwork axis={axis} historyOf={group} />
                    </Suspense>
                  }
                >
                  <NetworkSection {...shared} group={network} />
                  <SensorSection {...shared} group={network} />
                </Show>
              </Show>
            </Show>
            <ContainerSection host={props.host} axis={axis} frame={props.frame} isSettled={isSettled} />
            <Suspense>
              <Show when={isThere('guests', props.host.kind, props.frame())}>
                <GuestSection host={props.host} axis={axis} frame={props.frame} isSettled={isSettled} />
              </Show>
              <Show when={isThere('storages', props.host.kind, props.frame())}>
                <StorageRows host={props.host} axis={axis} frame={props.frame} />
              </Show>
            </Suspense>
            <TableSections frame={props.frame} />
            <EventsSection events={events} axis={axis} />
          </Show>
        </Show>
      </div>
      <p class="range-help">{t('range.help')}</p>
    </>
  )
}

/** A link to a section (`#memory`) leads there once there is one, unless somebody has scrolled meanwhile. */
function goToSectionOfAddress(isLoaded: Accessor<boolean>): void {
  createEffect((isDone: boolean) => {
    if (isDone || !isLoaded()) return isDone
    const name = SECTIONS.find((one) => `#${one}` === window.location.hash)
    if (name !== undefined && scrollY === 0) {
      requestAnimationFrame(() => document.getElementById(name)?.scrollIntoView())
    }
    return true
  }, false)
}

function createViewOfAddress() {
  return () => {
    const query = location().query
    const param = (name: string) => query.get(name) ?? undefined
    return parseView({ range: param('range'), from: param('from'), to: param('to') })
  }
}

/** Days as buckets of half a day would only show that nights differ: over long windows fewer, whole ones say more. */
const LONG_WINDOW_MS = 2 * DAY
const LONG_POINTS = 500

/** More buckets than a chart has pixels across, within what the hub answers quickly. */
function worthwhilePoints({ from, to }: TimeRange): number {
  const isTwoWide = window.innerWidth >= 1100
  const width = Math.min(window.innerWidth, 1680) / (isTwoWide ? 2 : 1)
  const most = to - from > LONG_WINDOW_MS ? LONG_POINTS : 1500
  return Math.round(Math.min(Math.max(width * 1.2 * Math.min(devicePixelRatio, 2), 400), most))
}

const ELSEWHERE = 'input, textarea, select, [contenteditable], [role=slider], [role=dialog], [role=menu]'

/** Arrow keys move the window, with Shift by half of it; + and - zoom, 0 goes back to live. */
function panByKeys(axis: TimeAxis): void {
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    if ((event.target as HTMLElement | null)?.closest?.(ELSEWHERE)) return
    if (document.querySelector('[role="dialog"]') !== null) return
    const share = event.shiftKey ? 0.5 : 0.1
    if (event.key === 'ArrowLeft') axis.pan(-share)
    else if (event.key === 'ArrowRight') axis.pan(share)
    else if (event.key === 'Escape') axis.point(null)
    else if (!pressAxisKey(event.key, axis)) return
    event.preventDefault()
  }
  /** A touch beside the charts takes their cursor away. */
  const onDown = (event: PointerEvent) => {
    if (event.pointerType !== 'mouse' && !(event.target as Element | null)?.closest?.('.plot'))
      axis.point(null)
  }
  document.addEventListener('keydown', onKey)
  document.addEventListener('pointerdown', onDown)
  onCleanup(() => {
    document.removeEventListener('keydown', onKey)
    document.removeEventListener('pointerdown', onDown)
  })
}

/** The final layout without its content. */
function SectionsSkeleton(props: { isFailed: boolean }): JSX.Element {
  return (
    <Show when={!props.isFailed}>
      <p class="visually-hidden" role="status">
        {t('host.loading')}
      </p>
      <For each={[0, 1, 2]}>
        {() => (
          <div class="host-section">
            <Skeleton width="80px" height="20px" />
            <div class="chart-grid">
              <Skeleton height="276px" class="chart-skeleton" />
              <Skeleton height="276px" class="chart-skeleton" />
            </div>
          </div>
        )}
      </For>
    </Show>
  )
}
