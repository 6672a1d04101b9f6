import type { WeekSchedule } from '@lumen/protocol/http/alerts/week-schedule'
import { For, Index, type JSX, Show } from 'solid-js'
import { Button, IconButton } from '../../../components/button.tsx'
import { ta } from '../../../i18n/ta.ts'
import { TextField } from './text-field.tsx'
import { ZoneField } from './zone-field.tsx'

const DAYS = [1, 2, 3, 4, 5, 6, 7] as const

/** Days as buttons: Monday is 1. */
export function DayChoice(props: {
  label: string
  value: readonly number[]
  onValue: (days: number[]) => void
}): JSX.Element {
  const toggle = (day: number) =>
    props.onValue(
      props.value.includes(day) ? props.value.filter((one) => one !== day) : [...props.value, day].sort(),
    )
  return (
    <fieldset class="days" aria-label={props.label}>
      <For each={DAYS}>
        {(day) => (
          <button
            type="button"
            aria-pressed={props.value.includes(day)}
            title={ta(`day.${day}`)}
            onClick={() => toggle(day)}
          >
            {ta(`day.${day}`).slice(0, 2)}
          </button>
        )}
      </For>
    </fieldset>
  )
}

/** Hours of the week in a zone. */
export function WeekHours(props: {
  value: WeekSchedule
  onValue: (schedule: WeekSchedule) => void
  faultAt: (path: string) => string | undefined
}): JSX.Element {
  const put = (at: number, part: Partial<WeekSchedule['windows'][number]>) =>
    props.onValue({
      ...props.value,
      windows: props.value.windows.map((window, i) => (i === at ? { ...window, ...part } : window)),
    })
  return (
    <div class="week-hours">
      <ZoneField
        value={props.value.zone}
        onValue={(zone) => props.onValue({ ...props.value, zone })}
        error={props.faultAt('schedule.zone')}
      />
      <Index each={props.value.windows}>
        {(window, i) => (
          <div class="week-window">
            <DayChoice
              label={ta('hours.days', i + 1)}
              value={window().days}
              onValue={(days) => put(i, { days })}
            />
            <div class="week-times">
              <TextField
                label={ta('hours.from')}
                value={window().from}
                onValue={(from) => put(i, { from })}
                error={props.faultAt(`schedule.windows.${i}.from`)}
                placeholder="08:00"
              />
              <TextField
                label={ta('hours.to')}
                value={window().to}
                onValue={(to) => put(i, { to })}
                error={props.faultAt(`schedule.windows.${i}.to`)}
                placeholder="24:00"
              />
              <Show when={props.value.windows.length > 1}>
                <IconButton
                  icon="close"
                  label={ta('hours.remove', i + 1)}
                  onClick={() =>
                    props.onValue({
                      ...props.value,
                      windows: props.value.windows.filter((_, at) => at !== i),
                    })
                  }
                />
              </Show>
            </div>
          </div>
        )}
      </Index>
      <Show when={props.faultAt('schedule.windows')}>
        {(text) => (
          <p class="field-note fault" role="alert">
            {text()}
          </p>
        )}
      </Show>
      <Button
        look="ghost"
        icon="plus"
        class="editor-add"
        onClick={() =>
          props.onValue({
            ...props.value,
            windows: [...props.value.windows, { days: [6, 7], from: '09:00', to: '18:00' }],
          })
        }
      >
        {ta('hours.add')}
      </Button>
    </div>
  )
}
