import type { Forecast } from '@lumen/protocol/http/storage'
import { For, type JSX, Show } from 'solid-js'
import { Num } from '../../../components/number.tsx'
import { Skeleton } from '../../../components/skeleton.tsx'
import { formatText } from '../../../format/unit.ts'
import { t } from '../../../i18n/t.ts'
import { ts } from '../../../i18n/ts.ts'
import { NumberField } from '../number-field.tsx'
import { tierCost } from './forecast-rows.ts'
import { type Fault, LIMITS, type RetentionDraft, type TierField } from './retention-form.ts'

const TIERS: readonly TierField[] = ['ram', 'hot', 'cold']
const UNITS = { ram: 'retention.minutes', hot: 'retention.hours', cold: 'retention.days' } as const

/** What is wrong with a number of days, hours or minutes, in words. */
export function faultText(fault: Fault | undefined, tier: TierField): string | undefined {
  if (fault === undefined) return undefined
  const { low, high } = LIMITS[tier]
  return fault === 'number' ? t('form.number') : t('form.between', String(low), `${high} ${ts(UNITS[tier])}`)
}

/** The three tiers: how long each keeps what, and what that costs. */
export function TierRows(props: {
  draft: RetentionDraft
  faults: Partial<Record<TierField, Fault>>
  errorOf: (field: string) => string | undefined
  forecast: Forecast | undefined
  isStale: boolean
  intervalMs: number
  onChange: (part: Partial<RetentionDraft>) => void
}): JSX.Element {
  const about = (tier: TierField) =>
    tier === 'ram'
      ? ts('retention.about.ram', formatText('seconds', props.intervalMs / 1000))
      : ts(`retention.about.${tier}`)
  return (
    <ul class="retention-tiers" aria-label={ts('retention.tiers')}>
      <For each={TIERS}>
        {(tier) => (
          <li class="retention-tier">
            <div class="retention-about">
              <h3>{ts(`tier.${tier}`)}</h3>
              <p class="dim">{about(tier)}</p>
            </div>
            <NumberField
              label={ts('retention.keepOf', ts(`tier.${tier}`))}
              isLabelHidden
              value={props.draft[tier]}
              onValue={(text) => props.onChange({ [tier]: text })}
              error={faultText(props.faults[tier], tier) ?? props.errorOf(`${tier}_ms`)}
              unit={<span class="number-unit">{ts(UNITS[tier])}</span>}
            />
            <dl class="retention-cost" classList={{ pending: props.isStale }}>
              <Cost title={ts('retention.now')} bytes={tierCost(props.forecast, tier)?.now} />
              <Cost title={ts('retention.full')} bytes={tierCost(props.forecast, tier)?.full} />
            </dl>
          </li>
        )}
      </For>
    </ul>
  )
}

function Cost(props: { title: string; bytes: number | undefined }): JSX.Element {
  return (
    <div>
      <dt>{props.title}</dt>
      <dd>
        <Show when={props.bytes !== undefined} fallback={<Skeleton width="64px" />}>
          <Num unit="bytes" value={props.bytes} />
        </Show>
      </dd>
    </div>
  )
}
