import { expect, test } from 'bun:test'
import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { HOUR } from '@lumen/model/time'
import { errorCode, LumenError } from '@lumen/std/error'
import { silentLog } from '@lumen/std/log'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { type TempDir, tempDir } from '@lumen/testkit/temp-dir'
import { BackupKeeper, type BackupKeeperParts } from './backup-keeper.ts'
import type { FolderPatience } from './folder-patience.ts'

const START = Date.UTC(2026, 10, 24, 3)

async function keeperIn(dir: TempDir, more: Partial<BackupKeeperParts> = {}) {
  const clock = new FakeClock(START)
  const schedule = { directory: join(dir.path, 'backups'), every_hours: 24, keep: 3 }
  let holds = 0
  const parts: BackupKeeperParts = {
    dataDir: dir.path,
    hubId: 'hub-1',
    version: '0.1.0',
    passphraseFile: null,
    schedule: () => schedule,
    holdFiles: async () => {
      holds += 1
      return {
        [Symbol.dispose]: () => {
          holds -= 1
        },
      }
    },
    copy: async ({ file }, { onProgress }) => {
      expect(holds).toBe(1)
      onProgress({ bytes: 4, total: 4 })
      writeFileSync(file, 'data')
      return 4
    },
    clock,
    log: silentLog,
    ...more,
  }
  const tick = async (keeper: BackupKeeper) => {
    await keeper.tick()
    await keeper.settled()
    expect(holds).toBe(0)
  }
  const files = () =>
    readdirSync(schedule.directory)
      .filter((name) => name.endsWith('.zst'))
      .sort()
  return { clock, schedule, parts, tick, files, keeper: new BackupKeeper(parts) }
}

test('the first is made at once, then one each day, and the newest are kept', async () => {
  await using dir = await tempDir()
  const { clock, keeper, tick, files } = await keeperIn(dir)
  for (let hour = 0; hour < 5 * 24; hour++) {
    await tick(keeper)
    clock.advance(HOUR)
  }
  expect(files()).toEqual([
    'lumen-backup-20261126T030000Z.tar.zst',
    'lumen-backup-20261127T030000Z.tar.zst',
    'lumen-backup-20261128T030000Z.tar.zst',
  ])
  const { backups, next_at, fault, running } = await keeper.wire()
  expect(backups.map(({ made_at }) => made_at)).toEqual([4, 3, 2].map((day) => START + day * 24 * HOUR))
  expect(backups[0]).toMatchObject({ bytes: 4, is_encrypted: false })
  expect({ next_at, fault, running }).toEqual({ next_at: START + 120 * HOUR, fault: null, running: null })
})

test('a restart does not shift the next one, and a week off is made up for once', async () => {
  await using dir = await tempDir()
  const { clock, parts, keeper, tick, files } = await keeperIn(dir)
  await tick(keeper)
  clock.advance(20 * HOUR)
  const after = new BackupKeeper(parts)
  expect((await after.wire()).next_at).toBe(START + 24 * HOUR)
  await tick(after)
  expect(files()).toHaveLength(1)
  clock.advance(7 * 24 * HOUR)
  const later = new BackupKeeper(parts)
  for (let minute = 0; minute < 5; minute++) await tick(later)
  expect(files()).toHaveLength(2)
  expect((await later.wire()).next_at).toBe(clock.now() + 24 * HOUR)
})

test('files of others are neither counted nor deleted, whatever they are called', async () => {
  await using dir = await tempDir()
  const { clock, schedule, parts, keeper, tick } = await keeperIn(dir)
  await tick(keeper)
  const foreign = ['lumen-backup-20200101T000000Z.tar.zst', 'lumen-backup-old.tar.zst', 'notes.txt']
  for (const name of foreign) writeFileSync(join(schedule.directory, name), 'theirs')
  // somebody put another file in place of one of the hub's
  clock.advance(24 * HOUR)
  await tick(keeper)
  writeFileSync(join(schedule.directory, 'lumen-backup-20261124T030000Z.tar.zst'), 'not what was written')
  const other = new BackupKeeper({ ...parts, hubId: 'hub-2' })
  await tick(other)
  schedule.keep = 1
  for (let day = 0; day < 4; day++) {
    clock.advance(24 * HOUR)
    await tick(keeper)
  }
  for (const name of [...foreign, 'lumen-backup-20261124T030000Z.tar.zst']) {
    expect(existsSync(join(schedule.directory, name))).toBe(true)
  }
  expect((await keeper.wire()).backups).toHaveLength(1)
  expect((await other.wire()).backups.map(({ file }) => file)).toEqual([
    'lumen-backup-20261125T030001Z.tar.zst',
  ])
})

test('a failure is shown and tried again after an hour, and cleared by the next success', async () => {
  await using dir = await tempDir()
  let isBroken = true
  let calls = 0
  const copy: BackupKeeperParts['copy'] = async ({ file }) => {
    calls += 1
    if (isBroken) throw new Error('the disk is full')
    writeFileSync(file, 'data')
    return 4
  }
  const { clock, keeper, tick } = await keeperIn(dir, { copy })
  await tick(keeper)
  await tick(keeper)
  expect(calls).toBe(1)
  expect(await keeper.wire()).toMatchObject({ fault: 'the disk is full', next_at: START + HOUR, backups: [] })
  clock.advance(HOUR)
  isBroken = false
  await tick(keeper)
  expect(await keeper.wire()).toMatchObject({ fault: null, backups: [{ bytes: 4 }] })
})

test('a clock that was a year ahead for a while does not stop backups for a year', async () => {
  await using dir = await tempDir()
  const { clock, keeper, tick } = await keeperIn(dir)
  clock.step(365 * 24 * HOUR)
  await tick(keeper)
  clock.step(-365 * 24 * HOUR)
  await tick(keeper)
  expect((await keeper.wire()).next_at).toBe(START + 24 * HOUR)
  await tick(keeper)
  expect((await keeper.wire()).backups).toHaveLength(2)
})

test('one that a dying hub left half written is removed, one it had just finished is its own', async () => {
  await using dir = await tempDir()
  const { clock, parts, schedule, tick } = await keeperIn(dir)
  for (const suffix of ['.partial', '']) {
    const dead = new BackupKeeper({
      ...parts,
      copy: async ({ file }) => {
        writeFileSync(file + suffix, 'data')
        throw new Error('the end')
      },
    })
    await tick(dead)
    clock.advance(HOUR)
  }
  const next = new BackupKeeper(parts)
  expect((await next.wire()).backups).toHaveLength(1)
  clock.advance(24 * HOUR)
  await tick(next)
  expect((await next.wire()).backups).toHaveLength(2)
  expect(readdirSync(schedule.directory).filter((name) => name.endsWith('.partial'))).toEqual([])
})

test('a second one is refused while one is made, and any without a directory', async () => {
  await using dir = await tempDir()
  const started = Promise.withResolvers<void>()
  const { keeper } = await keeperIn(dir, {
    copy: async ({ file }) => {
      await started.promise
      writeFileSync(file, 'data')
      return 4
    },
  })
  keeper.makeNow()
  expect(codeOf(() => keeper.makeNow())).toBe('backup_running')
  expect((await keeper.wire()).running).toEqual({ bytes: 0, total: 0 })
  started.resolve()
  await keeper.settled()
  expect((await keeper.wire()).running).toBeNull()
  const { keeper: idle } = await keeperIn(dir, {
    schedule: () => ({ directory: null, every_hours: 24, keep: 3 }),
  })
  expect(codeOf(() => idle.makeNow())).toBe('backup_not_scheduled')
  expect(await idle.wire()).toMatchObject({ next_at: null, backups: [] })
})

test('a list somebody damaged names nothing: nothing is deleted for it', async () => {
  await using dir = await tempDir()
  const { clock, schedule, keeper, tick, files } = await keeperIn(dir)
  await tick(keeper)
  writeFileSync(
    join(schedule.directory, 'lumen-backups-hub-1.json'),
    '{"backups":[{"file":"../../etc/passwd"}]}',
  )
  schedule.keep = 1
  clock.advance(24 * HOUR)
  await tick(keeper)
  expect(files()).toHaveLength(2)
  rmSync(join(schedule.directory, 'lumen-backups-hub-1.json'))
})

test.each([
  ['a link to something endless', (path: string) => symlinkSync('/dev/zero', path)],
  ['a pipe nobody writes to', (path: string) => void Bun.spawnSync(['mkfifo', path])],
])('a list that is %s names nothing, and the next takes its place', async (_what, make) => {
  await using dir = await tempDir()
  const { keeper, schedule, tick, files } = await keeperIn(dir)
  mkdirSync(schedule.directory)
  const list = join(schedule.directory, 'lumen-backups-hub-1.json')
  make(list)
  expect(lstatSync(list).isFile()).toBe(false)
  expect(await keeper.wire()).toMatchObject({ backups: [], fault: null })
  await tick(keeper)
  expect(files()).toHaveLength(1)
  expect(lstatSync(list).isFile()).toBe(true)
  expect((await keeper.wire()).backups).toHaveLength(1)
})

function codeOf(work: () => void): string | undefined {
  try {
    work()
    return undefined
  } catch (fault) {
    return errorCode(fault)
  }
}

test('a folder that does not answer is told of, begins no backup, and is asked again once it answers', async () => {
  await using dir = await tempDir()
  let isHung = true
  const patience = {
    ask: async <T>(_: string, work: () => Promise<T>): Promise<T> => {
      if (isHung) throw new LumenError('backup_directory_hung', 'The backup directory does not answer')
      return work()
    },
  } as FolderPatience
  const { keeper, tick, files, schedule } = await keeperIn(dir, { patience })
  mkdirSync(schedule.directory)
  await tick(keeper)
  expect(files()).toEqual([])
  expect(await keeper.wire()).toMatchObject({
    backups: [],
    running: null,
    fault: expect.stringContaining('does not answer'),
  })
  isHung = false
  await tick(keeper)
  expect(files()).toHaveLength(1)
  expect((await keeper.wire()).fault).toBeNull()
})
