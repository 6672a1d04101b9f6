import type { Alert } from '@lumen/protocol/http/alerts/alert'
import type { RuleSpec } from '@lumen/protocol/http/alerts/rule'
import { type JSX, lazy, Show, Suspense } from 'solid-js'
import { Icon } from '../../../components/icon.tsx'
import { LevelShape } from '../../../components/level-shape.tsx'
import { Skeleton } from '../../../components/skeleton.tsx'
import { dateTimeText } from '../../../format/time.ts'
import { ta } from '../../../i18n/ta.ts'
import { AlertStory } from '../firing/alert-card.tsx'
import { LevelBadge } from '../shared/level-badge.tsx'
import { quantityText } from '../shared/quantity.ts'
import { lastedMs, lastedText, ownWords, subjectText, unitOfAlert } from '../shared/words.ts'

const AlertChart = lazy(() => import('../firing/alert-chart.tsx'))

/** An alert of the past, or one that still lasts; opened, its story and chart. */
export function HistoryRow(props: {
  alert: Alert
  spec: RuleSpec | undefined
  now: number
  isOpen: boolean
  onToggle: () => void
}): JSX.Element {
  const alert = () => props.alert
  const at = () => alert().fired_at ?? alert().pending_at
  const unit = () => unitOfAlert(alert(), props.spec)
  const isOver = () => alert().resolved_at !== null
  // Of what is over the summary says how it ended, which stands beside it.
  const title = () => (isOver() ? alert().rule : ownWords(alert()))
  const bodyId = () => `history-${alert().id}`
  return (
    <li class="history-row">
      <div class="history-main">
        <div class="history-when">
          <LevelBadge standing={alert().level} />
          <time class="num dim" dateTime={new Date(at()).toISOString()}>
            {dateTimeText(at())}
          </time>
        </div>
        <div class="history-what">
          <p class="history-summary">{title()}</p>
          <p class="dim">
            <Show when={alert().host_id !== null} fallback={ta('firing.hub')}>
              <a href={`/hosts/${alert().host_id}`}>{alert().host}</a>
            </Show>
            <Show when={subjectText(alert())}>{(text) => <> · {text()}</>}</Show>
            <Show when={!isOver()}> · {alert().rule}</Show>
          </p>
        </div>
        <dl class="history-figures">
          <div>
            <dt>{ta('history.lasted')}</dt>
            <dd class="num">{lastedText(lastedMs(alert(), props.now))}</dd>
          </div>
          <Show when={unit() !== null}>
            <div>
              <dt>{ta('history.peak')}</dt>
              <dd class="num">{quantityText(unit(), alert().peak)}</dd>
            </div>
          </Show>
        </dl>
        <p class="history-end">
          <Show
            when={isOver()}
            fallback={
              <span class="history-lasts">
                <LevelShape standing={alert().level} /> {ta('history.lasts')}
              </span>
            }
          >
            <LevelShape standing="resolved" /> <span>{alert().resolve_reason ?? ta('level.resolved')}</span>
          </Show>
        </p>
        <button
          type="button"
          class="icon-button"
          aria-expanded={props.isOpen}
          aria-controls={bodyId()}
          aria-label={`${ta('firing.more')}: ${alert().summary}`}
          title={ta('firing.more')}
          onClick={props.onToggle}
        >
          <Icon name="chevronDown" />
        </button>
      </div>
      <div id={bodyId()} class="alert-body" hidden={!props.isOpen}>
        <Show when={props.isOpen}>
          <AlertStory alert={alert()} />
          <Show when={alert().metric !== null && alert().host_id !== null}>
            <Suspense fallback={<Skeleton height="248px" />}>
              <AlertChart alert={alert()} spec={props.spec} />
            </Suspense>
          </Show>
        </Show>
      </div>
    </li>
  )
}
