import {
  changeMaintenance,
  createMaintenance,
  createSilence,
  deleteMaintenance,
  endSilence,
  listMaintenance,
  listSilences,
  type Maintenance,
  type MaintenanceSpec,
  type Silence,
  type SilenceSpec,
} from '@lumen/protocol/http/alerts/silence'
import type { Clock } from '@lumen/std/clock'
import { checkMaintenance, checkSilence, type KnownThings } from '../../alerting/quiet/check-quiet.ts'
import type { QuietKeeper } from '../../alerting/quiet/quiet-keeper.ts'
import type { Entry } from '../../alerting/quiet/spec-table.ts'
import type { QuietSubject } from '../../alerting/quiet.ts'
import { checkRoom } from '../../check-room.ts'
import { Refusal } from '../../refusal.ts'
import type { Router } from '../router.ts'

export interface SilenceRouteParts {
  quiet: QuietKeeper
  known: KnownThings
  clock: Clock
  /** The alerts that fire now. */
  firing(): Iterable<QuietSubject>
}

export function mountSilenceRoutes(router: Router, { quiet, known, clock, firing }: SilenceRouteParts): void {
  const { silences, maintenance } = quiet
  const silenceOf = (entry: Entry<SilenceSpec>, now: number): Silence => ({
    ...entry,
    quiets: Array.from(firing()).filter((alert) => quiet.isQuietedBy(entry, alert, now)).length,
  })
  const maintenanceOf = (entry: Entry<MaintenanceSpec>, now: number): Maintenance => {
    const window = quiet.windowOf(entry, now)
    return { ...entry, window: window && { from: window.from, until: window.to } }
  }

  router.private(listSilences, () => {
    const now = clock.now()
    return { silences: Array.from(silences.list(), (entry) => silenceOf(entry, now)) }
  })
  router.private(createSilence, async ({ body, user }) => {
    checkSilence(body, known, clock.now())
    checkRoom('silence', silences.size)
    return { silence: silenceOf(await silences.add(body, user.name), clock.now()) }
  })
  router.private(endSilence, async ({ params }) => {
    await quiet.end(found(silences.get(params.id), 'silence'))
    return undefined
  })

  router.private(listMaintenance, () => {
    const now = clock.now()
    return { maintenance: Array.from(maintenance.list(), (entry) => maintenanceOf(entry, now)) }
  })
  router.private(createMaintenance, async ({ body, user }) => {
    checkMaintenance(body, known, clock.now())
    checkRoom('maintenance', maintenance.size)
    return { maintenance: maintenanceOf(await maintenance.add(body, user.name), clock.now()) }
  })
  router.private(changeMaintenance, async ({ params, body }) => {
    const { spec } = found(maintenance.get(params.id), 'maintenance')
    checkMaintenance(body, known, clock.now(), spec)
    const entry = found(await maintenance.replace(params.id, body), 'maintenance')
    return { maintenance: maintenanceOf(entry, clock.now()) }
  })
  router.private(deleteMaintenance, async ({ params }) => {
    await maintenance.remove(found(maintenance.get(params.id), 'maintenance').id)
    return undefined
  })
}

function found<Spec>(entry: Entry<Spec> | undefined, what: 'silence' | 'maintenance'): Entry<Spec> {
  if (entry !== undefined) return entry
  throw new Refusal(404, `${what}_unknown`, `There is no ${what} with this id`)
}
