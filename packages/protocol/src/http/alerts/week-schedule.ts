import { z } from 'zod'

/** A zone of the IANA database, as the runtime knows it. */
export const zoneSchema = z.string().refine(isZone, 'is no time zone of the IANA database')

/** Wall-clock time in minutes since midnight as people write it; `24:00` is the end of the day. */
export const clockTimeSchema = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'is no time like 08:30')

/** 1 is Monday, 7 is Sunday. */
export const weekdaySchema = z.int().min(1).max(7)

/** Hours of the week by a zone's wall clock. A window that ends before it begins runs into the next day. */
export const weekScheduleSchema = z.object({
  zone: zoneSchema,
  windows: z
    .array(
      z.object({ days: z.array(weekdaySchema).min(1).max(7), from: clockTimeSchema, to: clockTimeSchema }),
    )
    .min(1)
    .max(20),
})
export type WeekSchedule = z.infer<typeof weekScheduleSchema>

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return !/^[+-]/.test(zone)
  } catch {
    return false
  }
}
