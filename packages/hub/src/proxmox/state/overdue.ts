import { HOUR } from '@lumen/model/time'
import type { GuestBackup } from '@lumen/protocol/http/proxmox/guest-backups'

/** The distances between backups that are looked at, and how much longer than the longest of them one may take. */
const DISTANCES = 3
const FACTOR = 1.25
const LEEWAY_MS = 2 * HOUR

/** Whether a backup should have been made by now, going by how far apart the last ones lie: jobs run daily or weekly as
 * people like. One backup alone says nothing about the next. */
export function isOverdue({ recent, last }: Pick<GuestBackup, 'recent' | 'last'>, now: number): boolean {
  const times = recent.slice(0, DISTANCES + 1).map(({ at }) => at)
  const distances = times.slice(1).map((at, index) => times[index]! - at)
  if (distances.length === 0 || last === null) return false
  return now - last.at > FACTOR * Math.max(...distances) + LEEWAY_MS
}
