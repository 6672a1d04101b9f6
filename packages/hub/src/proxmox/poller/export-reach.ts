import { MINUTE } from '@lumen/model/time'
import { SLOT_MS } from './metric-slots.ts'

/** Proxmox keeps the last half hour. */
const KEPT_MS = 30 * MINUTE
const LEAST_MS = 2 * MINUTE
/** What one thing says of one slot: a dozen metrics of some 80 bytes. */
const BYTES_A_READING = 1_000
/** Of what an answer may have: names are of many lengths. */
const SHARE = 0.8

/** How far back points of ten seconds are asked for, so that an answer about so many things stays within so many bytes.
 * What lies further back is filled from round-robin data, by the minute.
 * @returns ms, a whole number of slots */
export function exportReachMs(things: number, maxBytes: number): number {
  const slots = Math.floor((SHARE * maxBytes) / (BYTES_A_READING * Math.max(1, things)))
  return Math.max(LEAST_MS, Math.min(KEPT_MS, slots * SLOT_MS))
}
