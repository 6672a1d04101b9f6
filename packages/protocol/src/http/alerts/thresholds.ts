import type { Condition, RuleSpec } from './rule.ts'

/** What a number is held against. A level is reached beyond its threshold, not at it. */
export interface Thresholds {
  direction: 'above' | 'below'
  warning: number | null
  critical: number | null
  /** While it fires it is over only at or on the good side of this; null: of the mildest threshold. */
  clear: number | null
}

/** What a rule's condition holds its number against, on a host with an override of its own or without; null for
 * conditions without a number. Hours until full are bad when few, changes when many. */
export function thresholdsOf(
  condition: Condition,
  override?: RuleSpec['overrides'][number] | undefined,
): Thresholds | null {
  if (condition.kind === 'state') return null
  const given = <K extends 'warning' | 'critical'>(name: K) =>
    override?.[name] === undefined ? condition[name] : override[name]
  const clear = condition.kind === 'threshold' ? condition.clear : null
  return {
    direction: directionOf(condition),
    warning: given('warning'),
    critical: given('critical'),
    clear: override?.clear === undefined ? clear : override.clear,
  }
}

function directionOf(condition: Exclude<Condition, { kind: 'state' }>): Thresholds['direction'] {
  switch (condition.kind) {
    case 'threshold':
      return condition.direction
    case 'fills':
      return 'below'
    case 'changes':
      return 'above'
  }
}
