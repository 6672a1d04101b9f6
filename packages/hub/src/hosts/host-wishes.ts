import { collectorWishesSchema, intervalSchema, type Policy } from '@lumen/protocol/agent/policy'
import type { HostPolicy } from '@lumen/protocol/http/hosts'
import { z } from 'zod'

/** What an admin set for one host; null: as the fleet. `rev` rises with each change. */
export const hostWishesSchema = z.object({
  rev: z.int().min(0),
  interval_ms: intervalSchema.nullable(),
  collectors: collectorWishesSchema.nullable(),
})
export type HostWishes = z.infer<typeof hostWishesSchema>

export const NO_WISHES: HostWishes = { rev: 0, interval_ms: null, collectors: null }

/** A stored text that an older or newer program would not write counts as none. */
export function parseWishes(text: string | null | undefined): HostWishes {
  if (text === null || text === undefined) return NO_WISHES
  return hostWishesSchema.safeParse(JSON.parse(text)).data ?? NO_WISHES
}

/** What the host's agent is asked for: its own wishes over the fleet's. The sum of both revs rises with either. */
export function policyOf(fleet: Policy, { wishes }: { wishes: HostWishes }): Policy {
  return {
    rev: fleet.rev + wishes.rev,
    interval_ms: wishes.interval_ms ?? fleet.interval_ms,
    collectors: { ...fleet.collectors, ...wishes.collectors },
  }
}

/** The same with where it comes from, for people. */
export function policyShown(fleet: Policy, host: { wishes: HostWishes }): HostPolicy {
  const { interval_ms, collectors } = policyOf(fleet, host)
  return {
    interval_ms,
    collectors,
    own_interval_ms: host.wishes.interval_ms,
    own_collectors: host.wishes.collectors,
  }
}
