import './events.css'
import { createMemo, createSignal, For, type JSX, Match, Show, Switch } from 'solid-js'
import type { TimeAxis } from '../../charts/time-axis.ts'
import { dayLabelOfMinute, timeLabelOfSecond } from '../../charts/time-labels.ts'
import { Button } from '../../components/button.tsx'
import { Icon, type IconName } from '../../components/icon.tsx'
import { dateTimeText } from '../../format/time.ts'
import { t } from '../../i18n/t.ts'
import { type Entry, type EntryKind, entryText } from './event-entries.ts'
import type { HostEvents } from './host-events.ts'
import { Absent, Section } from './section.tsx'

const MOST_ROWS = 12
const ICONS: Record<EntryKind, IconName> = {
  gap: 'offline',
  trouble: 'warning',
  change: 'refresh',
  life: 'info',
}

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

/** Its time puts the charts' cursor there. */
function EventRow(props: { entry: Entry; axis: TimeAxis }): JSX.Element {
  const { at, kind, title, note } = props.entry
  const now = props.axis.now()
  const isToday = new Date(at).toDateString() === new Date(now).toDateString()
  return (
    <li class={`event ${kind}`}>
      <Icon name={ICONS[kind]} />
      <button
        type="button"
        class="event-time num"
        title={dateTimeText(at)}
        aria-label={`${dateTimeText(at)}. ${t('events.show', entryText(props.entry))}`}
        onClick={() => props.axis.moveCursor(at)}
      >
        <time dateTime={new Date(at).toISOString()}>
          {isToday ? timeLabelOfSecond(at) : dayLabelOfMinute(at, now)}
        </time>
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
