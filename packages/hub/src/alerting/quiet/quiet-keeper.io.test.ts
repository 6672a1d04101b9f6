import { beforeEach, expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import type { MaintenanceSpec, SilenceSpec } from '@lumen/protocol/http/alerts/silence'
import { silentLog } from '@lumen/std/log'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { tempDir } from '@lumen/testkit/temp-dir'
import { type ControlDb, openControlDb } from '../../control-db/control-db.ts'
import type { QuietSubject } from '../quiet.ts'
import { QuietKeeper } from './quiet-keeper.ts'

// A Wednesday.
const NOW = Date.parse('2026-11-25T12:00Z')
const ALERT: QuietSubject = {
  ...{ id: 1, rule_id: 3, host_id: 7, host: 'nas', entity: 'host', key: '', level: 'critical' },
}

let clock: FakeClock
beforeEach(() => {
  clock = new FakeClock(NOW)
})

async function withKeeper(work: (keeper: QuietKeeper, db: ControlDb) => Promise<void>): Promise<void> {
  await using dir = await tempDir()
  await using db = await openControlDb(dir.path, 'inline')
  await work(keeperOf(db), db)
}

function keeperOf(db: ControlDb): QuietKeeper {
  const hostOf = (id: number) => (id === 7 ? { id, name: 'nas', tags: [] } : undefined)
  return new QuietKeeper({ db, clock, log: silentLog, hostOf })
}

function silence(fromMs: number, untilMs: number, comment = ''): SilenceSpec {
  return { matcher: { rule_ids: [3] }, from: NOW + fromMs, until: NOW + untilMs, comment }
}

function maintenance(time: MaintenanceSpec['time'], isEnabled = true): MaintenanceSpec {
  return { name: 'patch day', matcher: { rule_ids: [3] }, time, is_enabled: isEnabled, comment: '' }
}

/** Every Wednesday at 14:00. */
const WEEKLY: MaintenanceSpec['time'] = {
  ...{ kind: 'weekly', zone: 'UTC', days: [3], at: '14:00', duration_ms: HOUR },
}

test('a silence keeps what it means quiet from its start up to its end', () =>
  withKeeper(async (keeper) => {
    const { id } = await keeper.silences.add(silence(MINUTE, HOUR, 'new disk'), 'ada')
    expect(keeper.of(ALERT, NOW)).toBeNull()
    const quiet = { kind: 'silence', id, until: NOW + HOUR, text: 'new disk (ada)' } as const
    expect(keeper.of(ALERT, NOW + MINUTE)).toEqual(quiet)
    expect(keeper.of(ALERT, NOW + HOUR - 1)).toEqual(quiet)
    expect(keeper.of(ALERT, NOW + HOUR)).toBeNull()
    expect(keeper.of({ ...ALERT, rule_id: 4 }, NOW + MINUTE)).toBeNull()
  }))

test('of several reasons the one that lasts longest is told', () =>
  withKeeper(async (keeper) => {
    await keeper.silences.add(silence(0, 3 * HOUR), 'ada')
    await keeper.maintenance.add(maintenance({ ...WEEKLY, duration_ms: DAY } as typeof WEEKLY), 'bob')
    expect(keeper.of(ALERT, NOW)?.kind).toBe('silence')
    expect(keeper.of(ALERT, NOW + 2 * HOUR)).toMatchObject({
      ...{ kind: 'maintenance', until: NOW + 26 * HOUR, text: 'patch day' },
    })
  }))

test('a maintenance window keeps quiet each time it comes, and not while it is turned off', () =>
  withKeeper(async (keeper) => {
    const { id } = await keeper.maintenance.add(maintenance(WEEKLY), 'ada')
    for (const week of [0, 7 * DAY, 70 * DAY]) {
      expect(keeper.of(ALERT, NOW + week + 2 * HOUR)?.until).toBe(NOW + week + 3 * HOUR)
      expect(keeper.of(ALERT, NOW + week + 3 * HOUR)).toBeNull()
    }
    await keeper.maintenance.replace(id, maintenance(WEEKLY, false))
    expect(keeper.of(ALERT, NOW + 2 * HOUR)).toBeNull()
  }))

test('a maintenance window moves at once when its zone changes', () =>
  withKeeper(async (keeper) => {
    const { id } = await keeper.maintenance.add(maintenance(WEEKLY), 'ada')
    expect(keeper.of(ALERT, NOW + 2 * HOUR)).not.toBeNull()
    await keeper.maintenance.replace(id, maintenance({ ...WEEKLY, zone: 'Asia/Kathmandu' } as typeof WEEKLY))
    expect(keeper.of(ALERT, NOW + 2 * HOUR)).toBeNull()
    expect(keeper.of(ALERT, NOW + 7 * DAY - 3 * HOUR)).not.toBeNull()
  }))

test('what was asked for is there again after a restart', () =>
  withKeeper(async (keeper, db) => {
    await keeper.silences.add(silence(0, HOUR), 'ada')
    await keeper.silences.remove((await keeper.silences.add(silence(0, DAY), 'ada')).id)
    await keeper.maintenance.add(maintenance(WEEKLY), 'bob')
    const again = keeperOf(db)
    expect([...again.silences.list()]).toEqual([...keeper.silences.list()])
    expect([...again.maintenance.list()]).toEqual([...keeper.maintenance.list()])
    expect(again.of(ALERT, NOW)?.until).toBe(NOW + HOUR)
  }))

test('a stored spec this program would not write keeps nothing quiet and is left alone', () =>
  withKeeper(async (_, db) => {
    const values = ['{"matcher":{}}', 'ada', NOW]
    await db.run({ sql: 'INSERT INTO silences (spec, created_by, created_at) VALUES (?, ?, ?)', values })
    expect(keeperOf(db).silences.size).toBe(0)
    expect(db.read('SELECT id FROM silences')).toHaveLength(1)
  }))

test('ending a silence ends it now; one that has not begun is gone, one that is over stays as it was', () =>
  withKeeper(async (keeper) => {
    const now = await keeper.silences.add(silence(-HOUR, HOUR), 'ada')
    const later = await keeper.silences.add(silence(HOUR, 2 * HOUR), 'ada')
    const over = await keeper.silences.add(silence(-2 * HOUR, -HOUR), 'ada')
    for (const entry of [now, later, over]) await keeper.end(entry)
    expect([...keeper.silences.list()].map(({ id, spec }) => [id, spec.until - NOW])).toEqual([
      [now.id, 0],
      [over.id, -HOUR],
    ])
    expect(keeper.of(ALERT, NOW)).toBeNull()
  }))

test('whoever asks hears when something is added, changed, ended, begins or is over, and nothing else', () =>
  withKeeper(async (keeper) => {
    let heard = 0
    keeper.onChange = () => heard++
    const hears = async (times: number, work: () => unknown) => {
      heard = 0
      await work()
      expect(heard).toBe(times)
    }
    const later = silence(HOUR, 2 * HOUR)
    await hears(1, () => keeper.silences.add(later, 'ada'))
    await hears(0, () => keeper.sweep())
    clock.advance(HOUR)
    await hears(1, () => keeper.sweep())
    await hears(0, () => keeper.sweep())
    clock.advance(HOUR)
    await hears(1, () => keeper.sweep())
    await hears(1, () => keeper.maintenance.add(maintenance(WEEKLY), 'ada'))
    await hears(0, () => keeper.sweep())
    clock.advance(HOUR)
    await hears(1, () => keeper.sweep())
  }))

test('a silence is forgotten a week after its end', () =>
  withKeeper(async (keeper, db) => {
    await keeper.silences.add(silence(0, HOUR), 'ada')
    clock.advance(HOUR + 7 * DAY - 1)
    await keeper.forgetOld()
    expect(keeper.silences.size).toBe(1)
    clock.advance(1)
    await keeper.forgetOld()
    expect(keeper.silences.size).toBe(0)
    expect(db.read('SELECT id FROM silences')).toEqual([])
  }))
