import { Database } from 'bun:sqlite'
import { afterEach, describe, expect, test } from 'bun:test'
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DAY, HOUR } from '@lumen/model/time'
import { errorCode } from '@lumen/std/error'
import { silentLog } from '@lumen/std/log'
import { inspectTsdb } from './inspect.ts'
import { openTsdb } from './open.ts'
import type { TsdbOptions } from './options.ts'
import { D0, dayFrames, foldedDirectory, foldedFrames } from './testing/cold-days.ts'
import { metric, sampleOf, scratchDir, testClock } from './testing/samples.ts'

const READS = metric('disk.read_iops')
const dirs: ReturnType<typeof scratchDir>[] = []
afterEach(() => {
  for (const scratch of dirs.splice(0)) scratch.remove()
})

function scratch(): string {
  dirs.push(scratchDir())
  return dirs.at(-1)!.dir
}

function open(dir: string, now = D0 + 3 * DAY, options: Partial<TsdbOptions> = {}) {
  return openTsdb({ dir, clock: testClock(now), log: silentLog, autoFlush: false, ...options })
}

const SENT = [1, 2].map((host) => ({ host, samples: dayFrames(host, 2) }))

/** Two days of two hosts, sealed. */
async function sealed(dir = scratch()): Promise<string> {
  await using store = await open(dir)
  for (const { host, samples } of SENT) for (const each of samples) store.append(host, 's', each)
  await store.flush('all')
  await store.compact()
  return dir
}

const folderOf = (dir: string, entity: string) => join(dir, 'cold', entity)
const filesOf = (dir: string, entity: string) => readdirSync(folderOf(dir, entity)).sort()
const firstFile = (dir: string, entity: string) => join(folderOf(dir, entity), filesOf(dir, entity)[0]!)

/** Names in quarantine without the number of the file and the time. */
function quarantined(dir: string): string[] {
  const folder = join(dir, 'quarantine')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .map((name) => name.replace(/-\d+\.parquet-\d+/, '-N.parquet-T').replace(/^hot\.db-\d+/, 'hot.db-T'))
    .sort()
}

const reads = {
  host: 1,
  metrics: [READS],
  key: 'sda',
  range: { from: D0, to: D0 + 2 * DAY },
  points: 5_000,
}
const readsOf = (days: number[]) =>
  foldedFrames(SENT).filter(
    ({ host, field, key, t }) =>
      host === 1 && field === 'read_iops' && key === 'sda' && days.includes(Math.floor((t - D0) / DAY)),
  ).length
async function answered(store: Awaited<ReturnType<typeof open>>): Promise<number> {
  const { series } = await store.query(reads)
  return series[0]?.avg.filter((value) => !Number.isNaN(value)).length ?? 0
}

describe('a listed file that is no longer what was written is set aside at open, and the rest is served', () => {
  test('cut short', async () => {
    const dir = await sealed()
    truncateSync(firstFile(dir, 'disk'), 100)
    await using store = await open(dir)
    expect(store.health().repairs).toEqual([
      expect.stringMatching(
        /^cold.disk.2026-06-15-\d+\.parquet was damaged \(it has 100 bytes instead of \d+\); it was moved to quarantine.+ 2026-06-15 of disk is lost/,
      ),
    ])
    expect(quarantined(dir)).toEqual([
      'cold-disk-2026-06-15-N.parquet-T',
      'cold-disk-2026-06-15-N.parquet-T.reason',
    ])
    expect(await answered(store)).toBe(readsOf([1]))
  })

  test('missing', async () => {
    const dir = await sealed()
    rmSync(firstFile(dir, 'disk'))
    {
      await using store = await open(dir)
      expect(store.health().repairs).toEqual([
        expect.stringMatching(/^cold.disk.2026-06-15-\d+\.parquet is gone/),
      ])
      expect(quarantined(dir)).toEqual([])
      expect(await answered(store)).toBe(readsOf([1]))
    }
    await using again = await open(dir)
    expect(again.health().repairs).toEqual([])
  })
})

test('a cold folder that was not there for a while, as when its disk is not mounted, is used again whole', async () => {
  const dir = await sealed()
  const away = join(scratch(), 'away')
  renameSync(join(dir, 'cold'), away)
  {
    await using store = await open(dir)
    expect(store.health().repairs.length).toBe(6)
    await store.deleteHost(2)
    await store.compact()
  }
  renameSync(away, join(dir, 'cold'))
  {
    await using store = await open(dir)
    expect(store.health().repairs.length).toBe(6)
    expect(store.health().repairs[0]).toMatch(/^cold.+\.parquet had been missing and is there again/)
    expect(await answered(store)).toBe(readsOf([0, 1]))
  }
  expect(foldedDirectory(dir)).toEqual(foldedFrames(SENT.filter(({ host }) => host === 1)))
  await using again = await open(dir)
  expect(again.health().repairs).toEqual([])
  await again.compact()
})

test('flipped bits are met by a read: that file is left out, named, and set aside by the next round', async () => {
  const dir = await sealed()
  flip(firstFile(dir, 'disk'))
  {
    await using store = await open(dir)
    expect(store.health().repairs).toEqual([])
    expect(await answered(store)).toBe(readsOf([1]))
    expect(store.health().repairs).toEqual([
      expect.stringMatching(/^Cannot read disk.2026-06-15-\d+\.parquet, .+The file is left out of answers/),
    ])
    await store.compact()
    expect(store.health().repairs).toEqual([
      expect.stringMatching(/^cold.disk.2026-06-15-\d+\.parquet was damaged/),
    ])
    expect(await answered(store)).toBe(readsOf([1]))
  }
  expect(quarantined(dir).length).toBe(2)
  await using again = await open(dir)
  expect(again.health().repairs).toEqual([])
})

test('a file that was moved away and is still listed when the process dies is missing at the next open (T6)', async () => {
  const dir = await sealed()
  flip(firstFile(dir, 'disk'))
  {
    await using store = await open(dir, undefined, { faultPoint: 'quarantine.moved:fail' })
    await answered(store)
    expect(await store.compact().catch(errorCode)).toBe('fault_injected')
  }
  {
    await using store = await open(dir)
    expect(store.health().repairs).toEqual([
      expect.stringMatching(/^cold.disk.2026-06-15-\d+\.parquet is gone/),
    ])
    expect(await answered(store)).toBe(readsOf([1]))
  }
  expect(quarantined(dir).length).toBe(2)
})

test('the check reads every file and sets aside what is damaged before anybody reads it', async () => {
  const dir = await sealed()
  await using store = await open(dir)
  await store.check()
  expect(store.health().repairs).toEqual([])
  flip(firstFile(dir, 'filesystem'))
  await store.check()
  expect(store.health().repairs).toEqual([
    expect.stringMatching(/^cold.filesystem.2026-06-15-\d+\.parquet was damaged/),
  ])
})

test('late frames of a day whose file was lost become its file again', async () => {
  const dir = await sealed()
  rmSync(firstFile(dir, 'host'))
  {
    await using store = await open(dir)
    store.append(1, 's', sampleOf(1_000, D0 + HOUR, 50))
    await store.flush('all')
    await store.compact()
  }
  expect(filesOf(dir, 'host')[0]).toMatch(/^2026-06-15-\d+\.parquet$/)
})

describe('a file that the manifest does not list', () => {
  test('and that it may have replaced or never listed is deleted, as is one half written', async () => {
    const dir = await sealed()
    const [name] = filesOf(dir, 'disk')
    copyFileSync(firstFile(dir, 'disk'), join(folderOf(dir, 'disk'), `${name!.slice(0, 10)}-2.parquet`))
    writeFileSync(join(folderOf(dir, 'disk'), '2026-06-17-99.parquet.tmp'), 'half')
    {
      await using store = await open(dir)
      expect(store.health().repairs).toEqual([])
    }
    expect(filesOf(dir, 'disk').length).toBe(2)
    expect(foldedDirectory(dir)).toEqual(foldedFrames(SENT))
  })

  test('is kept in quarantine while one that is listed is missing: the list may be what is wrong', async () => {
    const dir = await sealed()
    renameSync(firstFile(dir, 'disk'), firstFile(dir, 'disk').replace('-15-', '-15-77'))
    await using store = await open(dir)
    expect(store.health().repairs).toEqual([
      expect.stringMatching(/^cold.disk.2026-06-15-\d+\.parquet is gone/),
      expect.stringMatching(/was not used \(hot\.db lists others, which are missing\); it was moved/),
    ])
    expect(quarantined(dir)).toEqual([
      'cold-disk-2026-06-15-N.parquet-T',
      'cold-disk-2026-06-15-N.parquet-T.reason',
    ])
  })

  test('of another store, or no cold file at all, goes to quarantine with the reason beside it', async () => {
    const [dir, other] = [await sealed(), await sealed()]
    copyFileSync(firstFile(other, 'disk'), join(folderOf(dir, 'disk'), '2026-06-15-98.parquet'))
    writeFileSync(
      join(folderOf(dir, 'disk'), '2026-06-15-99.parquet'),
      'not a file of ours at all, but long enough',
    )
    {
      await using store = await open(dir)
      expect(store.health().repairs.sort()).toEqual([
        expect.stringMatching(
          /2026-06-15-98\.parquet was not used \(it belongs to another store\); it was moved/,
        ),
        expect.stringMatching(/2026-06-15-99\.parquet was not used \(.+\); it was moved to quarantine/),
      ])
    }
    const reason = readdirSync(join(dir, 'quarantine')).find((name) => /-98.+\.reason$/.test(name))!
    expect(readFileSync(join(dir, 'quarantine', reason), 'utf8')).toBe('it belongs to another store\n')
    expect(foldedDirectory(dir)).toEqual(foldedFrames(SENT))
  })

  test('from after the manifest was saved goes to quarantine: an older hot.db was put back', async () => {
    const dir = scratch()
    await (await open(dir))[Symbol.asyncDispose]()
    const saved = readFileSync(join(dir, 'hot.db'))
    await sealed(dir)
    writeFileSync(join(dir, 'hot.db'), saved)
    await using store = await open(dir)
    // The very first file may be one whose listing the crash cut short.
    expect(store.health().repairs.length).toBe(5)
    expect(store.health().repairs[0]).toContain('it is newer than hot.db')
  })
})

describe('a merge that hot.db no longer knows of, because its last writes were lost', () => {
  test('is listed again when its sources were deleted already', async () => {
    const dir = await sealed()
    const saved = readFileSync(join(dir, 'hot.db'))
    {
      await using store = await open(dir, Date.UTC(2026, 6, 2))
      await store.compact()
    }
    writeFileSync(join(dir, 'hot.db'), saved)
    {
      await using store = await open(dir, Date.UTC(2026, 6, 2))
      expect(store.health().repairs.sort()).toEqual(
        ['disk', 'filesystem', 'host'].map((entity) =>
          expect.stringMatching(
            new RegExp(
              `^hot\\.db had lost that cold.${entity}.2026-06-\\d+\\.parquet took the place of 2 files`,
            ),
          ),
        ),
      )
      expect(await answered(store)).toBe(readsOf([0, 1]))
    }
    expect(foldedDirectory(dir)).toEqual(foldedFrames(SENT))
    await using again = await open(dir, Date.UTC(2026, 6, 2))
    expect(again.health().repairs).toEqual([])
  })

  test('is set aside when it holds more than what is listed: the hot tier may have that', async () => {
    const dir = await sealed()
    const saved = readFileSync(join(dir, 'hot.db'))
    {
      await using store = await open(dir, Date.UTC(2026, 6, 1))
      store.append(1, 's', sampleOf(1_000, D0 + HOUR, 50))
      await store.flush('all')
      await store.compact()
    }
    {
      await using store = await open(dir, Date.UTC(2026, 6, 2))
      await store.compact()
    }
    writeFileSync(join(dir, 'hot.db'), saved)
    await using store = await open(dir, Date.UTC(2026, 6, 2))
    const about = (entity: string) => store.health().repairs.filter((each) => each.includes(`cold-${entity}`))
    expect(about('host')).toEqual([expect.stringContaining('it is newer than hot.db')])
    expect(await answered(store)).toBe(readsOf([0, 1]))
  })
})

describe('when hot.db is lost', () => {
  test('the files tell the new one what they are, and history is served from them', async () => {
    const dir = await sealed()
    truncateSync(join(dir, 'hot.db'), 5_000)
    {
      await using store = await open(dir)
      expect(store.health().repairs).toEqual([
        expect.stringMatching(/^hot\.db was damaged/),
        expect.stringMatching(/^hot\.db did not know the cold tier's files; it was told of 6/),
      ])
      expect(await answered(store)).toBe(readsOf([0, 1]))
    }
    expect(foldedDirectory(dir)).toEqual(foldedFrames(SENT))
    {
      await using store = await open(dir)
      expect(store.health().repairs).toEqual([])
      store.append(1, 'new', sampleOf(1, D0 + HOUR + 1, 50))
      await store.flush('all')
      await store.compact()
    }
    using inspection = inspectTsdb(dir)
    const ids = inspection.coldFiles().map(({ file }) => file.id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('files that another one replaced do not count twice', async () => {
    const dir = await sealed()
    const replaced = filesOf(dir, 'disk').map((name) => ({
      name,
      bytes: readFileSync(join(folderOf(dir, 'disk'), name)),
    }))
    {
      await using store = await open(dir, Date.UTC(2026, 6, 2))
      await store.compact()
    }
    expect(filesOf(dir, 'disk')).toEqual([expect.stringMatching(/^2026-06-\d+\.parquet$/)])
    for (const { name, bytes } of replaced) writeFileSync(join(folderOf(dir, 'disk'), name), bytes)
    rmSync(join(dir, 'hot.db'))
    {
      await using store = await open(dir, Date.UTC(2026, 6, 2))
      expect(store.health().repairs.length).toBe(1)
    }
    expect(foldedDirectory(dir)).toEqual(foldedFrames(SENT))
    expect(filesOf(dir, 'disk').length).toBe(1)
  })
})

/** A bit here and there in the first half, where the pages are. */
function flip(path: string): void {
  const bytes = readFileSync(path)
  for (let at = 20; at < bytes.length / 2; at += 20) bytes[at]! ^= 0x10
  writeFileSync(path, bytes)
}

test('a list that names a file outside of the folder, as a forged backup may, does not lead there', async () => {
  const top = scratch()
  const dir = await sealed(join(top, 'tsdb'))
  const outside = join(top, 'mine.parquet')
  writeFileSync(outside, 'not the store’s')
  const db = new Database(join(dir, 'hot.db'))
  db.run("UPDATE cold_file SET name = '../../../mine' WHERE id = (SELECT min(id) FROM cold_file)")
  db.close()
  for (const now of [D0 + 3 * DAY, D0 + 400 * DAY]) {
    await using store = await open(dir, now)
    await store.query(reads)
    await store.check()
    await store.compact()
    await store.retain()
  }
  expect(readFileSync(outside, 'utf8')).toBe('not the store’s')
})
