import './events.css'
import { createMemo, createSignal, For, type JSX, Match, Show, Switch } from 'solid-js'
import type { TimeAxis } from '../../charts/time-axis.ts'
import { dayLabelOfMinute, timeLabelOfSecond } from '../../charts/time-labels.ts'
import { Button } from '../../components/button.tsx'
import { dateTimeText } from '../../format/time.ts'
import { t } from '../../i18n/t.ts'
import type { Entry } from './event-entries.ts'
import type { HostEvents } from './host-events.ts'
import { Absent, Section } from './section.tsx'

const MOST_ROWS = 12
/** What happened in the window: gaps with their causes, changes, comings and goings. */
export function EventsSection(props: { events: HostEvents; axis: TimeAxis }): JSX.Element {
  const [isWhole, setWhole] = createSignal(false)
  const all = () => props.events.entries() ?? []
  const shown = createMemo(() => (isWhole() ? all() : all().slice(0, MOST_ROWS)))
  return (
    <Section name="events">
      <Switch>
        <Match when={props.events.error()}>
          {(error) => (
            <p class="section-absent">
              {t('events.failed')} {error().message}{' '}
              <Button look="ghost" onClick={() => props.events.retry()}>
                {t('host.retry')}
              </Button>
            </p>
          )}
        </Match>
        <Match when={props.events.entries() === undefined}>
          <Absent text={t('events.loading')} />
        </Match>
        <Match when={all().length === 0}>
          <Absent text={t('events.none')} />
        </Match>
        <Match when={all().length > 0}>
          <div class="panel">
            <ol class="events">
              <For each={shown()}>{(entry) => <EventRow entry={entry} axis={props.axis} />}</For>
            </ol>
            <Show when={all().length > MOST_ROWS}>
              <Button look="ghost" onClick={() => setWhole(!isWhole())}>
                {isWhole() ? t('events.fewer') : t('events.more', all().length - MOST_ROWS)}
              </Button>
            </Show>
          </div>
        </Match>
      </Switch>
    </Section>
  )
}

/** Drawn as the charts draw it: hatched, or the mark on their axis. Its time puts their cursor there. */
function EventRow(props: { entry: Entry; axis: TimeAxis }): JSX.Element {
  const { at, kind, title, note } = props.entry
  const now = props.axis.now()
  const isToday = new Date(at).toDateString() === new Date(now).toDateString()
  return (
    <li class={`event ${kind}`}>
      <Show when={kind !== 'gap'} fallback={<span class="event-gap" />}>
        <svg class="event-mark" width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
          <path d="M2 10h8l-4-7z" />
        </svg>
      </Show>
      <button
        type="button"
        class="event-time num"
        title={dateTimeText(at)}
        onClick={() => props.axis.moveCursor(at)}
      >
        <time dateTime={new Date(at).toISOString()}>
          {isToday ? timeLabelOfSecond(at) : dayLabelOfMinute(at, now)}
        </time>
        <span class="visually-hidden">{t('events.show')}</span>
      </button>
      <span class="event-words">
        <b>{title}</b>
        <Show when={note}>
          <span class="event-note"> {note}</span>
        </Show>
      </span>
    </li>
  )
}
