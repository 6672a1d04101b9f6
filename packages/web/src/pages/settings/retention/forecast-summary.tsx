import type { BudgetSettings } from '@lumen/protocol/http/settings'
import type { Forecast } from '@lumen/protocol/http/storage'
import { createMemo, type JSX, Match, Show, Switch } from 'solid-js'
import { Icon } from '../../../components/icon.tsx'
import { Num } from '../../../components/number.tsx'
import { formatText } from '../../../format/unit.ts'
import { ts } from '../../../i18n/ts.ts'
import type { LiveForecast } from './forecast.ts'
import { basisSeconds, diskNeed } from './forecast-rows.ts'

/** What hot and cold take once full, and whether there is room for it. */
export function DiskNeedLine(props: {
  forecast: Forecast
  budget: BudgetSettings & { free_bytes?: number }
}): JSX.Element {
  const need = createMemo(() => diskNeed(props.forecast, props.budget))
  return (
    <div class="disk-need">
      <p>
        <span class="dim">{ts('retention.disk')}</span> <Num unit="bytes" value={need().bytes} />
      </p>
      <Show when={need().over}>
        {(over) => (
          <p class="disk-over" role="status">
            <Icon name="warning" />
            {over().kind === 'cap'
              ? ts('retention.overCap', formatText('bytes', over().bytes))
              : ts('retention.overFree', formatText('bytes', over().bytes))}
          </p>
        )}
      </Show>
    </div>
  )
}

/** What the figures rest on, or why there are none. */
export function ForecastBasis(props: { forecast: LiveForecast }): JSX.Element {
  return (
    <p class="dim forecast-basis" role="status">
      <Switch fallback={ts('retention.forecasting')}>
        <Match when={props.forecast.error()}>
          {(error) => `${ts('retention.forecastFailed')} ${error().message}`}
        </Match>
        <Match when={props.forecast.answer()?.basis.hosts === 0}>{ts('retention.noBasis')}</Match>
        <Match when={props.forecast.answer()}>
          {(answer) =>
            ts(
              'retention.basis',
              ts('retention.hosts', answer().basis.hosts),
              formatText('seconds', basisSeconds(answer())),
            )
          }
        </Match>
      </Switch>
    </p>
  )
}
