import type { RuleSpec } from '@lumen/protocol/http/alerts/rule'
import { ta } from '../../../i18n/ta.ts'
import { conditionText, type Names, scopeText, spanText } from '../shared/words.ts'
import { isHubState } from './state-choices.ts'

/** `CPU above 90 % · for 5 min · all hosts`, `critical · for 1 min · all hosts`, without what the name says already. */
export function aboutText(spec: RuleSpec, names: Names): string {
  const { condition, for_ms, scope, name } = spec
  const what = conditionText(condition)
  const isOfHub = condition.kind === 'state' && isHubState(condition.state)
  const parts = [
    what === name ? '' : what,
    condition.kind === 'state' ? ta(`rules.level.${condition.level}`) : '',
    for_ms > 0 ? ta('rules.for', spanText(for_ms)) : '',
    isOfHub ? '' : scopeText(scope, names),
  ]
  return parts.filter(Boolean).join(' · ')
}
