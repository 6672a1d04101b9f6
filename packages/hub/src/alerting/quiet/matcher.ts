import { type SelectableHost, selects } from '@lumen/protocol/http/alerts/selects'
import type { AlertMatcher } from '@lumen/protocol/http/alerts/silence'
import { matchesGlob } from '@lumen/std/glob'
import type { QuietSubject } from '../quiet.ts'

/** Whether a matcher means this alert: every member that is there fits.
 * @param host of the alert; undefined for the hub's own troubles, which no host selector means */
export function means(
  matcher: AlertMatcher,
  alert: Omit<QuietSubject, 'id' | 'host'>,
  host: SelectableHost | undefined,
): boolean {
  const { hosts, rule_ids, entity, key, level } = matcher
  if (level !== undefined && level !== alert.level) return false
  if (entity !== undefined && entity !== alert.entity) return false
  if (rule_ids !== undefined && !rule_ids.includes(alert.rule_id)) return false
  if (key !== undefined && !matchesGlob(key, alert.key)) return false
  return hosts === undefined || (host !== undefined && hosts.some((selector) => selects(selector, host)))
}
