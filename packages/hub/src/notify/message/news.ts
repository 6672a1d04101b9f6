import type { Alert } from '@lumen/protocol/http/alerts/alert'
import type { NoticeKind } from '../../alerting/notice.ts'

/** One notice as it waits in the outbox. */
export interface WaitingNotice {
  kind: NoticeKind
  /** Epoch ms. */
  at: number
  alert: Alert
}

/** What a message tells of one alert: its newest notice, and where that ended a firing nobody had heard of, its first. */
export interface News extends WaitingNotice {
  /** It fired and ended within one message. */
  isBlip: boolean
}

/** Notices in order, as news of one alert each: what people last need to know, nothing they must add up. The gravest
 * first, ends last. */
export function gather(notices: readonly WaitingNotice[]): News[] {
  const byAlert = new Map<number, News>()
  for (const notice of notices) {
    const before = byAlert.get(notice.alert.id)
    const isNew = before !== undefined && (before.kind === 'fired' || before.isBlip)
    if (notice.kind === 'resolved') byAlert.set(notice.alert.id, { ...notice, isBlip: isNew })
    // graver or milder before it was told at all: it fired as it is now
    else if (isNew && notice.kind !== 'fired')
      byAlert.set(notice.alert.id, { ...notice, kind: 'fired', isBlip: false })
    else byAlert.set(notice.alert.id, { ...notice, isBlip: false })
  }
  return [...byAlert.values()].sort((one, other) => rank(one) - rank(other))
}

/** Of two as grave, what people hear for the first time comes before what goes on. */
function rank({ kind, alert }: News): number {
  if (kind === 'resolved') return 4
  return (alert.level === 'critical' ? 0 : 2) + (kind === 'repeated' || kind === 'lowered' ? 1 : 0)
}
