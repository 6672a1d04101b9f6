import type { Alert } from '@lumen/protocol/http/alerts/alert'
import type { AlertMatcher } from '@lumen/protocol/http/alerts/silence'
import { ta } from '../../../i18n/ta.ts'
import { subjectText } from '../shared/words.ts'

export interface Reach {
  text: string
  matcher: AlertMatcher
}

/** How far a silence of an alert may reach, the least first. A key is a glob there, so stars of its own become `?`. */
export function reachesOf(
  alert: Pick<Alert, 'rule_id' | 'rule' | 'host_id' | 'host' | 'entity' | 'key'>,
): Reach[] {
  const hosts = alert.host_id === null ? {} : { hosts: [{ by: 'host' as const, id: alert.host_id }] }
  const rule = { rule_ids: [alert.rule_id] }
  const subject = subjectText(alert)
  const key = alert.key === '' ? {} : { key: alert.key.replaceAll('*', '?') }
  return [
    {
      text: ta('reach.this', alert.rule, subject === '' ? alert.host : `${alert.host}, ${subject}`),
      matcher: { ...rule, ...hosts, entity: alert.entity, ...key },
    },
    ...(alert.host_id === null ? [] : [{ text: ta('reach.host', alert.host), matcher: hosts }]),
    { text: ta('reach.rule', alert.rule), matcher: rule },
  ]
}
