import type { Rehearsal, RehearsedAlert } from '@lumen/protocol/http/alerts/rehearsal'
import type { RuleSpec } from '@lumen/protocol/http/alerts/rule'
import { createSignal, For, type JSX, Match, Show, Switch } from 'solid-js'
import { alertCalls } from '../../../api/alert-calls.ts'
import { call } from '../../../api/client.ts'
import { Button } from '../../../components/button.tsx'
import { LevelShape } from '../../../components/level-shape.tsx'
import { Skeleton } from '../../../components/skeleton.tsx'
import { toast } from '../../../components/toast.tsx'
import { dateTimeText } from '../../../format/time.ts'
import { t } from '../../../i18n/t.ts'
import { ta } from '../../../i18n/ta.ts'
import { limitText, quantityText, unitOfCondition } from '../shared/quantity.ts'
import { spanText, subjectText } from '../shared/words.ts'
import { createAsking } from './asking.ts'
import type { Editing } from './editing.ts'
import { RehearsalStrip } from './rehearsal-strip.tsx'
import { coveredText } from './rehearsal-words.ts'
import { withSuggestion } from './rule-draft.ts'

const MOST_ROWS = 8
const DELAY_MS = 900

/** When the rule would have fired, from stored history. */
export function RehearsalPanel(props: { editing: Editing }): JSX.Element {
  const { editing } = props
  const [isWhole, setWhole] = createSignal(false)
  const rehearsal = createAsking({
    spec: () => (editing.isReadable() ? editing.spec() : undefined),
    keyOf: ({ scope, condition, overrides, for_ms, no_data, schedule }) => ({
      ...{ scope, condition, overrides, for_ms, no_data, schedule },
    }),
    delayMs: DELAY_MS,
    ask: async (body, signal) => ({
      ...(await call(alertCalls.rehearseRule, { body: { ...body, is_enabled: true } }, signal)),
      spec: body,
    }),
    // The preview, which asks of the same rule, says what is wrong where.
    onFaults: () => {},
    busyCode: 'rehearsal_busy',
  })
  const use = (suggestion: NonNullable<Rehearsal['suggestion']>) => {
    editing.set(withSuggestion(editing.draft(), suggestion))
    toast(ta('rehearsal.used'))
  }
  return (
    <section class="editor-card side-panel" aria-labelledby="editor-rehearsal" aria-busy={rehearsal.isBusy()}>
      <div class="side-head">
        <h3 id="editor-rehearsal">{ta('rehearsal.title')}</h3>
        <Show when={rehearsal.isBusy() || rehearsal.isStale()}>
          <span class="side-busy" role="status">
            {ta('rehearsal.running')}
          </span>
        </Show>
      </div>
      <Switch fallback={<RehearsalSkeleton />}>
        <Match when={!editing.isReadable() && rehearsal.answer() === undefined}>
          <p class="field-note">{ta('rehearsal.incomplete')}</p>
        </Match>
        <Match when={rehearsal.error()}>
          {(error) => (
            <p class="field-note fault">
              {error().message}{' '}
              <Button look="ghost" onClick={() => rehearsal.ask()}>
                {t('error.retry')}
              </Button>
            </p>
          )}
        </Match>
        <Match when={rehearsal.answer()}>
          {(answer) => (
            <div class="rehearsal" classList={{ stale: rehearsal.isStale() }}>
              <Show when={answer().limit === null} fallback={<p class="field-note">{answer().limit}</p>}>
                <Result
                  rehearsal={answer()}
                  spec={answer().spec}
                  onUse={use}
                  isWhole={isWhole()}
                  onWhole={() => setWhole(!isWhole())}
                />
              </Show>
            </div>
          )}
        </Match>
      </Switch>
    </section>
  )
}

function Result(props: {
  rehearsal: Rehearsal
  spec: RuleSpec
  onUse: (suggestion: NonNullable<Rehearsal['suggestion']>) => void
  isWhole: boolean
  onWhole: () => void
}): JSX.Element {
  const now = () => props.rehearsal
  const unit = () => unitOfCondition(props.spec.condition)
  const shown = () => (props.isWhole ? now().alerts : now().alerts.slice(0, MOST_ROWS))
  const counts = () =>
    [
      { title: ta('rehearsal.day'), count: now().counts.day },
      { title: ta('rehearsal.week'), count: now().counts.week },
      { title: ta('rehearsal.month'), count: now().counts.month },
    ] as const
  return (
    <>
      <dl class="rehearsal-counts">
        <For each={counts()}>
          {({ title, count }) => (
            <div>
              <dt>{title}</dt>
              <dd class="num">{count ?? '–'}</dd>
            </div>
          )}
        </For>
        <div>
          <dt>{ta('rehearsal.longest')}</dt>
          <dd class="num">{now().longest_ms === null ? '–' : spanText(now().longest_ms!)}</dd>
        </div>
      </dl>
      <RehearsalStrip rehearsal={now()} />
      <p class="field-note">{coveredText(now())}</p>
      <Show when={now().suggestion}>
        {(suggestion) => (
          <SuggestionBox
            suggestion={suggestion()}
            spec={props.spec}
            onUse={() => props.onUse(suggestion())}
          />
        )}
      </Show>
      <Show when={now().total > 0} fallback={<p class="rehearsal-none">{ta('rehearsal.none')}</p>}>
        <ul class="preview-list rehearsed">
          <For each={shown()}>
            {(alert) => (
              <RehearsedRow alert={alert} peak={unit() === null ? '' : quantityText(unit(), alert.peak)} />
            )}
          </For>
        </ul>
        <Show when={now().alerts.length > MOST_ROWS}>
          <Button look="ghost" onClick={props.onWhole}>
            {props.isWhole ? ta('list.fewer') : ta('list.andMore', now().total - MOST_ROWS)}
          </Button>
        </Show>
      </Show>
    </>
  )
}

function RehearsedRow(props: { alert: RehearsedAlert; peak: string }): JSX.Element {
  const lasted = () =>
    props.alert.to === null ? ta('rehearsal.lasts') : spanText(props.alert.to - props.alert.from)
  return (
    <li>
      <LevelShape standing={props.alert.level} />
      <span class="rehearsed-what">
        <span class="truncate">
          {props.alert.host} <span class="dim">{subjectText(props.alert)}</span>
        </span>
        <span class="dim num">
          {dateTimeText(props.alert.from)} · {lasted()}
        </span>
      </span>
      <span class="num">{props.peak}</span>
    </li>
  )
}

function SuggestionBox(props: {
  suggestion: NonNullable<Rehearsal['suggestion']>
  spec: RuleSpec
  onUse: () => void
}): JSX.Element {
  const unit = () => unitOfCondition(props.spec.condition)
  const words = () => {
    const { warning, critical, for_ms } = props.suggestion
    const parts = [
      warning === null ? '' : `${ta('level.warning').toLowerCase()} ${limitText(unit(), warning)}`,
      critical === null ? '' : `${ta('level.critical').toLowerCase()} ${limitText(unit(), critical)}`,
      ta('rehearsal.lasting', spanText(for_ms)),
    ]
    return parts.filter(Boolean).join(', ')
  }
  return (
    <div class="suggestion">
      <p>
        <b>{ta('rehearsal.suggestion')}</b> {words()}
        <span class="dim"> {ta('rehearsal.perMonth', props.suggestion.per_month)}</span>
      </p>
      <Button onClick={() => props.onUse()}>{ta('rehearsal.use')}</Button>
    </div>
  )
}

function RehearsalSkeleton(): JSX.Element {
  return (
    <div class="list-skeleton" aria-hidden="true">
      <Skeleton height="48px" />
      <Skeleton height="28px" />
      <Skeleton height="20px" />
    </div>
  )
}
