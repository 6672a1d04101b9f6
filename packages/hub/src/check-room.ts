import { Refusal } from './refusal.ts'

/** How many there may be of each: every reading is held against each rule, every alert against each silence and window,
 * and every notice is written once a channel. */
export const MOST = { silence: 1_000, maintenance: 1_000, rule: 1_000, channel: 100 } as const

/** @param count how many there are
 * @throws {Refusal} 400 `silence_invalid`, `maintenance_invalid`, `rule_invalid` or `channel_invalid` when that is all */
export function checkRoom(what: keyof typeof MOST, count: number): void {
  if (count < MOST[what]) return
  throw new Refusal(
    400,
    `${what}_invalid`,
    `There are ${MOST[what]} of them already: end or delete some first`,
  )
}
