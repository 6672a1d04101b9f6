import { rehearseRule } from '@lumen/protocol/http/alerts/rehearsal'
import { checkRule, type KnownToRules } from '../../alerting/check-rule.ts'
import type { RehearsalDesk } from '../../alerting/rehearsal/rehearsal-desk.ts'
import type { Router } from '../router.ts'

export function mountRehearsalRoute(
  router: Router,
  { rehearsals, known }: { rehearsals: RehearsalDesk; known: KnownToRules },
): void {
  router.private(rehearseRule, ({ body, c }) => {
    checkRule(body, known)
    return rehearsals.rehearse(body, c.req.raw.signal)
  })
}
