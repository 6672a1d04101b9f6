import type { Alert } from '@lumen/protocol/http/alerts/alert'
import type { RuleSpec } from '@lumen/protocol/http/alerts/rule'
import { For, type JSX, lazy, Show, Suspense } from 'solid-js'
import { Button } from '../../../components/button.tsx'
import { Icon } from '../../../components/icon.tsx'
import { Skeleton } from '../../../components/skeleton.tsx'
import { clockText, dateTimeText, relativeText } from '../../../format/time.ts'
import { ta } from '../../../i18n/ta.ts'
import { LevelBadge } from '../shared/level-badge.tsx'
import { limitText, quantityText } from '../shared/quantity.ts'
import { lastedMs, lastedText, ownWords, subjectText, unitOfAlert } from '../shared/words.ts'
import { QuietNote } from './quiet-note.tsx'

const AlertChart = lazy(() => import('./alert-chart.tsx'))

export interface AlertCardProps {
  alert: Alert
  spec: RuleSpec | undefined
  now: number
  isOpen: boolean
  onToggle: () => void
  onAck: () => void
  onSilence: () => void
}

/** One alert: what, where, how bad, since when; opened, what came before it and its chart. */
export function AlertCard(props: AlertCardProps): JSX.Element {
  const alert = () => props.alert
  const bodyId = () => `alert-${alert().id}-more`
  const standing = () => (alert().state === 'pending' ? 'pending' : alert().level)
  const canDraw = () => alert().metric !== null && alert().host_id !== null
  return (
    <article
      class={`alert-card ${standing()}`}
      classList={{ quiet: alert().quiet !== null }}
      aria-label={alert().summary}
    >
      <div class="alert-main">
        <div class="alert-what">
          <p class="alert-head">
            <LevelBadge standing={standing()} />
            <Show
              when={alert().host_id !== null}
              fallback={<span class="alert-host">{ta('firing.hub')}</span>}
            >
              <a class="alert-host" href={`/hosts/${alert().host_id}`}>
                {alert().host}
              </a>
            </Show>
            <Show when={subjectText(alert())}>{(text) => <span class="alert-subject">{text()}</span>}</Show>
          </p>
          <h3 class="alert-summary">{ownWords(alert())}</h3>
          <p class="alert-facts">
            <a href={`/alerts/rules/${alert().rule_id}`}>{alert().rule}</a>
            <span aria-hidden="true"> · </span>
            <Since alert={alert()} now={props.now} />
          </p>
        </div>
        <Value alert={alert()} spec={props.spec} />
      </div>
      <Show when={alert().took_down.length > 0}>
        <p class="alert-note">
          <Icon name="network" />
          <span>
            <b>{ta('firing.tookDown', alert().took_down.length)}</b> {tookText(alert())}
          </span>
        </p>
      </Show>
      <Show when={alert().quiet}>{(quiet) => <QuietNote quiet={quiet()} now={props.now} />}</Show>
      <Show when={alert().ack}>
        {(ack) => (
          <p class="alert-note" title={dateTimeText(ack().at)}>
            <Icon name="check" />
            <span>
              {ta('ack.by', ack().by, relativeText(ack().at, props.now))}
              <Show when={ack().comment}>
                {(comment) => <span class="alert-comment"> “{comment()}”</span>}
              </Show>
            </span>
          </p>
        )}
      </Show>
      <div class="alert-actions">
        <Show when={alert().state === 'firing'}>
          <Button
            icon="check"
            aria-label={`${ta(alert().ack === null ? 'ack.do' : 'ack.undo')}: ${alert().summary}`}
            onClick={props.onAck}
          >
            {ta(alert().ack === null ? 'ack.do' : 'ack.undo')}
          </Button>
        </Show>
        <Button icon="mute" aria-label={`${ta('silence.do')}: ${alert().summary}`} onClick={props.onSilence}>
          {ta('silence.do')}
        </Button>
        <button
          type="button"
          class="alert-more"
          aria-expanded={props.isOpen}
          aria-controls={bodyId()}
          aria-label={`${ta('firing.more')}: ${alert().summary}`}
          onClick={props.onToggle}
        >
          <span>{ta('firing.more')}</span>
          <Icon name="chevronDown" />
        </button>
      </div>
      <div id={bodyId()} class="alert-body" hidden={!props.isOpen}>
        <Show when={props.isOpen}>
          <AlertStory alert={alert()} />
          <Show when={canDraw()}>
            <Suspense fallback={<Skeleton height="248px" />}>
              <AlertChart alert={alert()} spec={props.spec} />
            </Suspense>
          </Show>
        </Show>
      </div>
    </article>
  )
}

const MOST_NAMED = 4

/** Names of what it took with it: `attic, web-1 and 3 more`. */
function tookText({ took_down }: Alert): string {
  const names = [...new Set(took_down.map(({ host }) => host))]
  const more = names.length - MOST_NAMED
  return names.slice(0, MOST_NAMED).join(', ') + (more > 0 ? ` ${ta('list.andMore', more)}` : '')
}

function Since(props: { alert: Alert; now: number }): JSX.Element {
  const at = () => props.alert.fired_at ?? props.alert.pending_at
  return (
    <time dateTime={new Date(at()).toISOString()} title={dateTimeText(at())}>
      {ta(
        props.alert.state === 'pending' ? 'firing.pendingFor' : 'firing.for',
        lastedText(lastedMs(props.alert, props.now)),
      )}
    </time>
  )
}

/** The number that is wrong and what it was to stay clear of. */
function Value(props: { alert: Alert; spec: RuleSpec | undefined }): JSX.Element {
  const unit = () => unitOfAlert(props.alert, props.spec)
  return (
    <Show when={unit() !== null}>
      <p class="alert-value">
        <span class="alert-number num">{quantityText(unit(), props.alert.value)}</span>
        <Show when={props.alert.threshold !== null}>
          <span class="alert-threshold num">
            {ta('firing.limit', limitText(unit(), props.alert.threshold))}
          </span>
        </Show>
      </p>
    </Show>
  )
}

/** What it explains and what changed before. */
export function AlertStory(props: { alert: Alert }): JSX.Element {
  return (
    <div class="alert-story">
      <Show when={props.alert.took_down.length > 0}>
        <section>
          <h4>{ta('firing.tookDown', props.alert.took_down.length)}</h4>
          <ul>
            <For each={props.alert.took_down}>
              {(one) => (
                <li>
                  <Show when={one.host_id !== null} fallback={one.host}>
                    <a href={`/hosts/${one.host_id}`}>{one.host}</a>
                  </Show>{' '}
                  <span class="dim">{one.text}</span>
                </li>
              )}
            </For>
          </ul>
        </section>
      </Show>
      <section>
        <h4>{ta('firing.changes')}</h4>
        <Show when={props.alert.changes.length > 0} fallback={<p class="dim">{ta('firing.noChanges')}</p>}>
          <ul>
            <For each={props.alert.changes}>
              {(change) => (
                <li>
                  <time
                    class="num dim"
                    dateTime={new Date(change.at).toISOString()}
                    title={dateTimeText(change.at)}
                  >
                    {clockText(change.at)}
                  </time>{' '}
                  {change.text}
                </li>
              )}
            </For>
          </ul>
        </Show>
      </section>
    </div>
  )
}
