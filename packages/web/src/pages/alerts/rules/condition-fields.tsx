import type { AlertLevel, StateCondition } from '@lumen/protocol/http/alerts/rule'
import { For, type JSX, Match, Show, Switch } from 'solid-js'
import { ta } from '../../../i18n/ta.ts'
import { ChoiceField } from '../shared/choice-field.tsx'
import { Segments } from '../shared/segments.tsx'
import { TextField } from '../shared/text-field.tsx'
import type { Editing } from './editing.ts'
import { keyTitleOf } from './metric-choices.ts'
import { MetricPicker } from './metric-picker.tsx'
import { type ConditionKind, type Direction, withCondition } from './rule-draft.ts'
import { KEYED_STATES, STATE_GROUPS } from './state-choices.ts'
import { LeastField, ThresholdFields } from './threshold-fields.tsx'

const KINDS: readonly ConditionKind[] = ['threshold', 'state', 'fills', 'changes']
const LEVELS: readonly AlertLevel[] = ['warning', 'critical']

/** What a rule watches for: each kind shows the fields that make sense for it. */
export function ConditionFields(props: { editing: Editing }): JSX.Element {
  const { editing } = props
  const draft = editing.draft
  return (
    <section class="editor-card" aria-labelledby="editor-condition">
      <h3 id="editor-condition">{ta('condition.title')}</h3>
      <Segments
        label={ta('condition.kind')}
        choices={KINDS.map((kind) => ({ value: kind, text: ta(`condition.${kind}`) }))}
        value={draft().kind}
        onValue={(kind) => editing.set(withCondition(draft(), { kind }))}
        isLabelHidden
      />
      <p class="field-note">{ta(`condition.${draft().kind}About`)}</p>
      <Switch>
        <Match when={draft().kind === 'state'}>
          <StateFields editing={editing} />
        </Match>
        <Match when={draft().kind !== 'state'}>
          <MetricPicker editing={editing} />
          <Show when={keyTitleOf(draft().metric)}>
            {(title) => <KeyField editing={editing} title={title()} />}
          </Show>
          <Show when={draft().kind !== 'fills'}>
            <DirectionField editing={editing} />
          </Show>
          <ThresholdFields editing={editing} />
          <Show when={draft().kind === 'changes'}>
            <LeastField editing={editing} />
          </Show>
        </Match>
      </Switch>
    </section>
  )
}

function DirectionField(props: { editing: Editing }): JSX.Element {
  const draft = props.editing.draft
  const choices = (): readonly Direction[] =>
    draft().kind === 'threshold' ? ['above', 'below'] : ['either', 'up', 'down']
  const value = () => (choices().includes(draft().direction) ? draft().direction : choices()[0]!)
  return (
    <Segments
      label={ta('condition.direction')}
      choices={choices().map((one) => ({ value: one, text: ta(`direction.${one}`) }))}
      value={value()}
      onValue={(direction) => props.editing.change({ direction })}
    />
  )
}

function KeyField(props: { editing: Editing; title: string }): JSX.Element {
  return (
    <TextField
      label={ta('condition.key', props.title)}
      hint={ta('condition.keyHint')}
      value={props.editing.draft().key}
      onValue={(key) => props.editing.change({ key })}
      error={props.editing.faultAt('condition.key')}
    />
  )
}

function StateFields(props: { editing: Editing }): JSX.Element {
  const { editing } = props
  const draft = editing.draft
  return (
    <>
      <ChoiceField
        label={ta('condition.stateWhich')}
        error={editing.faultAt('condition.state')}
        onValue={(state) => editing.change({ state: state as StateCondition })}
      >
        <For each={STATE_GROUPS}>
          {(group) => (
            <optgroup label={ta(`states.${group.name}`)}>
              <For each={group.states}>
                {(state) => (
                  <option value={state} selected={draft().state === state}>
                    {ta(`state.${state}`)}
                  </option>
                )}
              </For>
            </optgroup>
          )}
        </For>
      </ChoiceField>
      <Show when={KEYED_STATES[draft().state]}>
        {(title) => <KeyField editing={editing} title={ta(title())} />}
      </Show>
      <Segments
        label={ta('condition.level')}
        choices={LEVELS.map((level) => ({ value: level, text: ta(`level.${level}`) }))}
        value={draft().level}
        onValue={(level) => editing.change({ level })}
      />
    </>
  )
}
