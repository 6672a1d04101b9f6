import type { RuleMatch } from '@lumen/protocol/http/alerts/rule'
import { createSignal, For, type JSX, Match, Show, Switch } from 'solid-js'
import { alertCalls } from '../../../api/alert-calls.ts'
import { call } from '../../../api/client.ts'
import { Button } from '../../../components/button.tsx'
import { Skeleton } from '../../../components/skeleton.tsx'
import { t } from '../../../i18n/t.ts'
import { ta } from '../../../i18n/ta.ts'
import { LevelBadge } from '../shared/level-badge.tsx'
import { quantityText, unitOfCondition } from '../shared/quantity.ts'
import { subjectText } from '../shared/words.ts'
import { createAsking } from './asking.ts'
import type { Editing } from './editing.ts'

const MOST_ROWS = 5
const DELAY_MS = 350

/** What the rule would look at now and how that stands, as it is typed. */
export function PreviewPanel(props: { editing: Editing }): JSX.Element {
  const { editing } = props
  const [isWhole, setWhole] = createSignal(false)
  const preview = createAsking({
    spec: () => (editing.isReadable() ? editing.spec() : undefined),
    keyOf: ({ scope, condition, overrides }) => ({ scope, condition, overrides }),
    delayMs: DELAY_MS,
    ask: async (body, signal) => ({
      ...(await call(alertCalls.previewRule, { body: { ...body, is_enabled: true } }, signal)),
      unit: unitOfCondition(body.condition),
    }),
    onFaults: editing.setRefused,
  })
  const matches = () => preview.answer()?.matches ?? []
  const shown = () => (isWhole() ? matches() : matches().slice(0, MOST_ROWS))
  const inTrouble = () => matches().filter(({ level }) => level !== null).length
  return (
    <section class="editor-card side-panel" aria-labelledby="editor-preview" aria-busy={preview.isBusy()}>
      <h3 id="editor-preview">{ta('preview.title')}</h3>
      <Switch fallback={<PreviewSkeleton />}>
        <Match when={!editing.isReadable() && preview.answer() === undefined}>
          <p class="field-note">{ta('preview.incomplete')}</p>
        </Match>
        <Match when={preview.error()}>
          {(error) => (
            <p class="field-note fault">
              {error().message}{' '}
              <Button look="ghost" onClick={() => preview.ask()}>
                {t('error.retry')}
              </Button>
            </p>
          )}
        </Match>
        <Match when={preview.answer()}>
          {(answer) => (
            <div classList={{ stale: preview.isStale() }}>
              <p class="preview-total" role="status">
                <Show when={answer().total > 0} fallback={<b>{ta('preview.nothing')}</b>}>
                  <b>{ta('preview.total', answer().total)}</b>
                  {', '}
                  <span classList={{ 'preview-trouble': inTrouble() > 0 }}>
                    {ta('preview.inTrouble', inTrouble())}
                  </span>
                </Show>
              </p>
              <ul class="preview-list">
                <For each={shown()}>
                  {(match) => (
                    <MatchRow
                      match={match}
                      value={quantityText(answer().unit, match.value)}
                      hasValue={answer().unit !== null}
                    />
                  )}
                </For>
              </ul>
              <Show when={matches().length > MOST_ROWS}>
                <Button look="ghost" onClick={() => setWhole(!isWhole())}>
                  {isWhole() ? ta('list.fewer') : ta('list.andMore', answer().total - MOST_ROWS)}
                </Button>
              </Show>
            </div>
          )}
        </Match>
      </Switch>
    </section>
  )
}

function MatchRow(props: { match: RuleMatch; value: string; hasValue: boolean }): JSX.Element {
  return (
    <li>
      <span class="truncate">
        {props.match.host} <span class="dim">{subjectText(props.match)}</span>
      </span>
      <Show when={props.hasValue}>
        <span class="num">{props.value}</span>
      </Show>
      <LevelBadge standing={props.match.level ?? 'fine'} />
    </li>
  )
}

function PreviewSkeleton(): JSX.Element {
  return (
    <div class="list-skeleton" aria-hidden="true">
      <For each={[0, 1, 2]}>{() => <Skeleton height="20px" />}</For>
    </div>
  )
}
