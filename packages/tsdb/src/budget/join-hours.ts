import { DAY } from '@lumen/model/time'
import type { Act } from './decide.ts'

/** Rows of one entity and UTC day, chosen by the hour, as one act: a day that goes whole takes one cheap step. It comes
 * in the place of its first hour. Pure. */
export function joinHours(acts: readonly Act[]): Act[] {
  const joined: Act[] = []
  const places = new Map<string, number>()
  for (const act of acts) {
    const name = `${act.tier} ${act.entity} ${Math.floor(act.range.from / DAY)}`
    const place = places.get(name)
    const known = place === undefined ? undefined : joined[place]
    if (act.tier === 'hot' && place !== undefined && known?.range.to === act.range.from) {
      const range = { from: known.range.from, to: act.range.to }
      joined[place] = { ...known, range, bytes: known.bytes + act.bytes }
    } else {
      places.set(name, joined.length)
      joined.push(act)
    }
  }
  return joined
}
