import { DAY, HOUR, MINUTE } from '@lumen/model/time'

/** The same days in every run, whatever today is, so that runs can be compared: the month is the October of 2025. */
const MONTH = Date.UTC(2025, 9, 1)
const MONTH_DAYS = 31

export const TIMELINE = {
  /** Whole UTC days. */
  monthFrom: MONTH,
  monthTo: MONTH + MONTH_DAYS * DAY,
  monthDays: MONTH_DAYS,
  /** From here on hosts read once a minute; before, every five. */
  minutesFrom: MONTH + (MONTH_DAYS - 2) * DAY,
  /** When the first day by the minute can be sealed. */
  sealAt: MONTH + MONTH_DAYS * DAY + 5 * MINUTE,
  /** When the month's last day can be sealed and the month be merged. */
  mergeAt: MONTH + (MONTH_DAYS + 1) * DAY + 5 * MINUTE,
  /** Where the charts end. */
  now: MONTH + (MONTH_DAYS + 1) * DAY + 12 * HOUR,
  /** When the hosts that have a year began. */
  yearFrom: MONTH + (MONTH_DAYS + 1) * DAY + 12 * HOUR - 365 * DAY,
} as const

export const RETENTION = { hotMs: DAY, coldMs: 365 * DAY } as const
