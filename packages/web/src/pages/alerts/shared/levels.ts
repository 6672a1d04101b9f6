import type { AlertLevel } from '@lumen/protocol/http/alerts/rule'

/** From mild to grave; here so that the protocol's validators stay out of the page. */
export const ALERT_LEVELS: readonly AlertLevel[] = ['warning', 'critical']
