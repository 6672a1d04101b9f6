import type { EntityName } from '@lumen/model/catalog'
import type { BudgetStage } from '../storage-report.ts'

/** In the order in which history is given up. */
export const STAGES: readonly BudgetStage[] = ['containers', 'devices', 'oldest-days']

/** What goes first: containers come and go, and there are most of them. What stays longest: hosts, and guests, which
 * are machines too. Everything else is a part of one. */
export function stageOf(entity: EntityName): BudgetStage {
  if (entity === 'container') return 'containers'
  return entity === 'host' || entity === 'guest' ? 'oldest-days' : 'devices'
}

/** The later one of the order. */
export function furthest(stages: Iterable<BudgetStage>): BudgetStage | null {
  let found: BudgetStage | null = null
  for (const stage of stages) {
    if (found === null || STAGES.indexOf(stage) > STAGES.indexOf(found)) found = stage
  }
  return found
}
