import type { AlertLevel } from '@lumen/protocol/http/alerts/rule'
import { For, type JSX, Show } from 'solid-js'
import { ta } from '../../../i18n/ta.ts'
import { ChoiceField } from '../shared/choice-field.tsx'
import { ALERT_LEVELS } from '../shared/levels.ts'
import { Segments } from '../shared/segments.tsx'
import { SelectorList } from '../shared/selector-list.tsx'
import { TextField } from '../shared/text-field.tsx'
import type { RuleMap } from '../shared/words.ts'
import type { MatcherDraft } from './matcher-draft.ts'

/** Which alerts: of which hosts, of which rule, about what. */
export function MatcherFields(props: {
  draft: MatcherDraft
  onChange: (part: Partial<MatcherDraft>) => void
  rules: RuleMap
  faultAt: (path: string) => string | undefined
  error: string | undefined
}): JSX.Element {
  return (
    <>
      <Segments
        label={ta('scope.which')}
        choices={[
          { value: 'all', text: ta('scope.all') },
          { value: 'some', text: ta('scope.some') },
        ]}
        value={props.draft.isEverywhere ? 'all' : 'some'}
        onValue={(which) => props.onChange({ isEverywhere: which === 'all' })}
      />
      <Show when={!props.draft.isEverywhere}>
        <SelectorList
          label={ta('scope.some')}
          value={props.draft.hosts}
          onValue={(hosts) => props.onChange({ hosts })}
          error={props.faultAt('hosts') ?? props.error}
        />
      </Show>
      <div class="field-row">
        <ChoiceField
          label={ta('history.rule')}
          error={props.faultAt('rule_ids')}
          onValue={(id) => props.onChange({ rule: id === '' ? null : Number(id) })}
        >
          <option value="" selected={props.draft.rule === null}>
            {ta('history.allRules')}
          </option>
          <For each={[...props.rules.values()]}>
            {(rule) => (
              <option value={rule.id} selected={props.draft.rule === rule.id}>
                {rule.spec.name}
              </option>
            )}
          </For>
        </ChoiceField>
        <ChoiceField
          label={ta('matcher.level')}
          onValue={(level) => props.onChange({ level: level === '' ? null : (level as AlertLevel) })}
        >
          <option value="" selected={props.draft.level === null}>
            {ta('matcher.anyLevel')}
          </option>
          <For each={ALERT_LEVELS}>
            {(level) => (
              <option value={level} selected={props.draft.level === level}>
                {ta(`level.${level}`)}
              </option>
            )}
          </For>
        </ChoiceField>
      </div>
      <TextField
        label={ta('matcher.key')}
        hint={ta('matcher.keyHint')}
        value={props.draft.key}
        onValue={(key) => props.onChange({ key })}
        error={props.faultAt('key')}
        placeholder="*"
      />
    </>
  )
}
