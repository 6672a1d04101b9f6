import type { Rule } from '@lumen/protocol/http/alerts/rule'
import { type Accessor, createMemo, createResource, onCleanup } from 'solid-js'
import { alertCalls } from '../../../api/alert-calls.ts'
import { call } from '../../../api/client.ts'
import { useFleet } from '../../../live/live.ts'
import type { Names, RuleMap } from './words.ts'

/** All rules, asked for once by the calling component; empty until the answer. A failure shows elsewhere, as what
 * needs rules asks for them itself. */
export function useRules(): Accessor<RuleMap> {
  const [rules] = createResource(() =>
    call(alertCalls.listRules).then(
      (answer) => answer.rules,
      (): Rule[] => [],
    ),
  )
  return createMemo(() => new Map((rules.latest ?? []).map((rule) => [rule.id, rule])))
}

/** Names of hosts and rules for their ids, following both. */
export function useNames(rules: Accessor<RuleMap>): Names {
  const fleet = useFleet()
  return {
    host: (id) => fleet.host(id)?.name,
    rule: (id) => rules().get(id)?.spec.name,
  }
}

/** Runs `job` once things have been quiet for `ms`; what it is told last wins. Ends with the calling component. */
export function createDelayed(ms: number, job: () => void): { start: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = () => clearTimeout(timer)
  onCleanup(stop)
  return {
    start: () => {
      stop()
      timer = setTimeout(job, ms)
    },
    stop,
  }
}
