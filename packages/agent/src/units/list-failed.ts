import type { Value } from '../dbus/decode.ts'
import type { BusCall } from '../dbus/message.ts'

/** The one thing systemd is ever asked (org.freedesktop.systemd1, since 209). */
export const LIST_FAILED: BusCall = {
  destination: 'org.freedesktop.systemd1',
  path: '/org/freedesktop/systemd1',
  interface: 'org.freedesktop.systemd1.Manager',
  member: 'ListUnitsFiltered',
  texts: ['failed'],
}

const NAME = 0
const ACTIVE_STATE = 3
const SUB_STATE = 4

/** Failed units by name, with what exactly they are: `failed`, or for a mount or a job still what it died of. undefined
 * for an answer that is no list of units. Only the name and the states are looked at. */
export function parseFailed(body: readonly Value[]): Map<string, string> | undefined {
  const [list] = body
  if (!Array.isArray(list)) return undefined
  const failed = new Map<string, string>()
  for (const unit of list) {
    if (!Array.isArray(unit)) return undefined
    const name = unit[NAME]
    const state = unit[SUB_STATE]
    if (typeof name !== 'string' || typeof state !== 'string') return undefined
    // A state asked for may be that of the unit's file, too.
    if (unit[ACTIVE_STATE] === 'failed' && name !== '')
      failed.set(name.slice(0, MAX_NAME), state.slice(0, 64))
  }
  return failed
}

/** systemd's own limit for names. */
const MAX_NAME = 255
