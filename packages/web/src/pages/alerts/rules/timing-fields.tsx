import { For, type JSX, Show } from 'solid-js'
import { ta } from '../../../i18n/ta.ts'
import { ChoiceField } from '../shared/choice-field.tsx'
import { Segments } from '../shared/segments.tsx'
import { SpanField } from '../shared/span-field.tsx'
import { WeekHours } from '../shared/week-hours.tsx'
import { ownZone } from '../shared/zone-field.tsx'
import type { Editing } from './editing.ts'
import type { RuleDraft } from './rule-draft.ts'

const NO_DATA: readonly RuleDraft['noData'][] = ['keep', 'resolve', 'fire']

/** How long it must last, when it counts, and what silence of a host means. */
export function TimingFields(props: { editing: Editing }): JSX.Element {
  const { editing } = props
  const draft = editing.draft
  return (
    <section class="editor-card" aria-labelledby="editor-timing">
      <h3 id="editor-timing">{ta('timing.title')}</h3>
      <div class="field-row">
        <SpanField
          label={ta('timing.for')}
          hint={ta('timing.forHint')}
          value={draft().lasts}
          onValue={(lasts) => editing.change({ lasts })}
          error={editing.faultAt('for_ms')}
        />
        <Show when={draft().kind !== 'state'}>
          <ChoiceField
            label={ta('timing.noData')}
            hint={ta(`noData.${draft().noData}Hint`)}
            error={editing.faultAt('no_data')}
            onValue={(noData) => editing.change({ noData: noData as RuleDraft['noData'] })}
          >
            <For each={NO_DATA}>
              {(one) => (
                <option value={one} selected={draft().noData === one}>
                  {ta(`noData.${one}`)}
                </option>
              )}
            </For>
          </ChoiceField>
        </Show>
      </div>
      <Segments
        label={ta('timing.when')}
        choices={[
          { value: 'always', text: ta('timing.always') },
          { value: 'hours', text: ta('timing.hours') },
        ]}
        value={draft().schedule === null ? 'always' : 'hours'}
        onValue={(when) =>
          editing.change({
            schedule:
              when === 'always'
                ? null
                : { zone: ownZone(), windows: [{ days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00' }] },
          })
        }
      />
      <Show when={draft().schedule}>
        {(schedule) => (
          <WeekHours
            value={schedule()}
            onValue={(next) => editing.change({ schedule: next })}
            faultAt={editing.faultAt}
          />
        )}
      </Show>
    </section>
  )
}
