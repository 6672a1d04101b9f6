import type { Alert } from '@lumen/protocol/http/alerts/alert'
import type { Notice, NoticeKind } from '../alerting/notice.ts'

export const NOTICE_TIME = Date.UTC(2026, 10, 25, 3, 0, 0)

/** An alert as the engine tells of it. */
export function sampleAlert(given: Partial<Alert> = {}): Alert {
  return {
    id: 1,
    rule_id: 7,
    rule: 'Disk is nearly full',
    host_id: 3,
    host: 'nas',
    entity: 'filesystem',
    key: '/srv',
    state: 'firing',
    level: 'warning',
    metric: 'filesystem.used_pct',
    value: 93.4,
    peak: 95,
    threshold: 90,
    summary: 'nas: Filesystem /srv: Used is 93.4 %, above 90 %',
    pending_at: NOTICE_TIME - 300_000,
    fired_at: NOTICE_TIME,
    resolved_at: null,
    resolve_reason: null,
    ack: null,
    quiet: null,
    took_down: [],
    changes: [],
    ...given,
  }
}

export function sampleNotice(
  kind: NoticeKind,
  alert: Partial<Alert> = {},
  given: Partial<Omit<Notice, 'kind' | 'alert'>> = {},
): Notice {
  const end: Partial<Alert> =
    kind === 'resolved'
      ? { state: 'resolved', resolved_at: NOTICE_TIME + 480_000, resolve_reason: 'it is below 90 % again' }
      : {}
  return {
    kind,
    at: NOTICE_TIME,
    alert: sampleAlert({ ...end, ...alert }),
    channels: null,
    also: [],
    ...given,
  }
}
