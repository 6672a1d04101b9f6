import { z } from 'zod'
import type { WireReadings } from '../agent/frame.ts'
import { alertSchema } from '../http/alerts/alert.ts'
import { hostSummarySchema } from '../http/hosts.ts'

/** One instant of a host: its readings in catalogue units. */
export type LiveFrame = { ts: number; interval_ms: number } & WireReadings

const liveFrameSchema = z.custom<LiveFrame>(
  (value) => typeof value === 'object' && value !== null && 'ts' in value,
)

/** What a topic looks like now; sent on subscribing and whenever a slow reader lost updates. */
export const fleetSnapshotSchema = z.object({
  type: z.literal('snapshot'),
  topic: z.literal('fleet'),
  time: z.int(),
  hosts: z.array(hostSummarySchema),
})
/** Hosts that changed since the last message, whole; ids of those deleted. */
export const fleetUpdateSchema = z.object({
  type: z.literal('update'),
  topic: z.literal('fleet'),
  time: z.int(),
  hosts: z.array(hostSummarySchema),
  removed: z.array(z.int()),
})
/** `frame` is the newest; charts take their history from the query call. host null: deleted or never there. */
export const hostSnapshotSchema = z.object({
  type: z.literal('snapshot'),
  topic: z.string(),
  time: z.int(),
  host: hostSummarySchema.nullable(),
  frame: liveFrameSchema.nullable(),
})
/** `frames` are the newest first-hand readings since the last message, oldest first (replayed history is not
 * sent); `host` is there when the summary changed. */
export const hostUpdateSchema = z.object({
  type: z.literal('update'),
  topic: z.string(),
  time: z.int(),
  host: hostSummarySchema.nullable(),
  frames: z.array(liveFrameSchema),
})
/** Alerts that fire or are about to. */
export const alertsSnapshotSchema = z.object({
  type: z.literal('snapshot'),
  topic: z.literal('alerts'),
  time: z.int(),
  alerts: z.array(alertSchema),
})
/** Alerts that changed since the last message, whole; ids of those that are over. */
export const alertsUpdateSchema = z.object({
  type: z.literal('update'),
  topic: z.literal('alerts'),
  time: z.int(),
  alerts: z.array(alertSchema),
  removed: z.array(z.int()),
})
/** A message the hub could not take. */
export const liveErrorSchema = z.object({ type: z.literal('error'), code: z.string(), detail: z.string() })

export type FleetSnapshot = z.infer<typeof fleetSnapshotSchema>
export type FleetUpdate = z.infer<typeof fleetUpdateSchema>
export type HostSnapshot = z.infer<typeof hostSnapshotSchema>
export type HostUpdate = z.infer<typeof hostUpdateSchema>
export type AlertsSnapshot = z.infer<typeof alertsSnapshotSchema>
export type AlertsUpdate = z.infer<typeof alertsUpdateSchema>
export type LiveError = z.infer<typeof liveErrorSchema>
export type LiveMessage =
  | FleetSnapshot
  | FleetUpdate
  | HostSnapshot
  | HostUpdate
  | AlertsSnapshot
  | AlertsUpdate
  | LiveError
