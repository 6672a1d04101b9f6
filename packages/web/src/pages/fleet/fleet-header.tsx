import type { HostSummary } from '@lumen/protocol/http/hosts'
import { For, type JSX, Show } from 'solid-js'
import { LevelShape } from '../../components/level-shape.tsx'
import { Num } from '../../components/number.tsx'
import { type HostState, StateShape } from '../../components/state-badge.tsx'
import { t } from '../../i18n/t.ts'
import { isLoud } from '../../live/alert-store.ts'
import { useAlerts } from '../../live/live.ts'
import type { FleetFigures } from './arrange.ts'

const STATES: readonly HostState[] = ['up', 'stale', 'down', 'waiting']

/** Is anything wrong, and where: how many hosts are in which state (each a filter), and who is hottest. */
export function FleetHeader(props: {
  figures: FleetFigures
  state: HostState | null
  onState: (state: HostState | null) => void
}): JSX.Element {
  const alerts = useAlerts()
  const firing = () => (alerts.all() ?? []).filter(isLoud)
  const hottest = () => props.figures.hottest
  return (
    <div class="fleet-head">
      <div class="fleet-title">
        <h1 tabIndex={-1}>{t('fleet.title')}</h1>
        <fieldset class="state-filter" aria-label={t('fleet.filter')}>
          <For each={STATES}>
            {(state) => (
              <button
                type="button"
                class={`state-chip ${state}`}
                classList={{ none: props.figures.counts[state] === 0 }}
                aria-pressed={props.state === state}
                onClick={() => props.onState(props.state === state ? null : state)}
              >
                <StateShape state={state} />
                <b>{props.figures.counts[state]}</b> {t(`state.${state}`).toLowerCase()}
              </button>
            )}
          </For>
        </fieldset>
        <Show when={firing().length > 0}>
          <a class="fleet-firing" href="/alerts">
            <LevelShape
              standing={firing().some(({ level }) => level === 'critical') ? 'critical' : 'warning'}
            />
            {t('fleet.firing', firing().length)}
          </a>
        </Show>
      </div>
      <Show when={props.figures.counts.up > 1}>
        <dl class="hottest">
          <Hot title={t('fleet.hottestCpu')} host={hottest().cpu} value={hottest().cpu?.now?.cpu_pct} />
          <Hot
            title={t('fleet.hottestMemory')}
            host={hottest().memory}
            value={hottest().memory?.now?.mem_pct}
          />
          <Hot title={t('fleet.hottestDisk')} host={hottest().disk} value={hottest().disk?.now?.disk_pct} />
        </dl>
      </Show>
    </div>
  )
}

function Hot(props: {
  title: string
  host: HostSummary | null
  value: number | null | undefined
}): JSX.Element {
  return (
    <div class="hot">
      <dt>{props.title}</dt>
      <dd>
        <Show when={props.host} fallback="–">
          {(host) => (
            <>
              <a class="truncate" href={`/hosts/${host().id}`}>
                {host().name}
              </a>
              <Num unit="percent" value={props.value} />
            </>
          )}
        </Show>
      </dd>
    </div>
  )
}
