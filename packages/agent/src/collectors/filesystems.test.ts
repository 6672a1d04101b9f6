import { afterAll, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WireReadings } from '@lumen/protocol/agent/frame'
import { ManualClock, rootsOf } from '../fixture.ts'
import { Filesystems, type StatfsReading } from './filesystems.ts'

const READING: StatfsReading = { bsize: 4096, blocks: 1000, bfree: 400, bavail: 350, files: 100, ffree: 25 }

function setUp(answer: (path: string) => Promise<StatfsReading>) {
  const clock = new ManualClock()
  const calls: string[] = []
  const filesystems = new Filesystems({ ...rootsOf('mini-pc-debian12'), rootfs: '/' }, clock, (path) => {
    calls.push(path)
    return answer(path)
  })
  const collect = () => {
    const readings: WireReadings & { host: NonNullable<WireReadings['host']> } = { host: {} }
    filesystems.collect(readings)
    return readings
  }
  return { clock, calls, filesystems, collect }
}

test('shares are those df prints: used of what users can have', async () => {
  const { filesystems, collect } = setUp(async () => READING)
  await filesystems.refresh()
  expect(collect().filesystem?.['/srv/media files']).toEqual({
    device: '/dev/sda1',
    type: 'ext4',
    uuid: undefined,
    state: 'ok',
    used_bytes: 600 * 4096,
    total_bytes: 1000 * 4096,
    used_pct: 63.16,
    inodes_pct: 75,
  })
})

test('a filesystem without a limit of inodes has no share of them', async () => {
  const { filesystems, collect } = setUp(async () => ({ ...READING, files: 0, ffree: 0 }))
  await filesystems.refresh()
  expect(collect().filesystem?.['/']?.inodes_pct).toBeUndefined()
})

test('a hung mount is shown as hung, is asked once, and delays no tick', async () => {
  const { clock, calls, filesystems, collect } = setUp((path) =>
    path === '/mnt/nas' ? new Promise(() => {}) : Promise.resolve(READING),
  )
  await filesystems.refresh()
  for (let i = 0; i < 5; i += 1) {
    clock.advance(5_000)
    await filesystems.refresh()
  }
  const { filesystem } = collect()
  expect(filesystem?.['/mnt/nas']).toMatchObject({ state: 'hung', type: 'nfs4' })
  expect(filesystem?.['/mnt/nas']?.used_bytes).toBeUndefined()
  expect(filesystem?.['/']).toMatchObject({ state: 'ok', used_pct: 63.16 })
  expect(calls.filter((path) => path === '/mnt/nas')).toHaveLength(1)
  expect(calls.filter((path) => path === '/')).toHaveLength(6)
})

test('a mount that answers again is read again', async () => {
  let answer: ((reading: StatfsReading) => void) | undefined
  const { clock, filesystems, collect } = setUp((path) =>
    path === '/mnt/nas' && answer === undefined
      ? new Promise((resolve) => {
          answer = resolve
        })
      : Promise.resolve(READING),
  )
  await filesystems.refresh()
  clock.advance(5_000)
  expect(collect().filesystem?.['/mnt/nas']?.state).toBe('hung')
  answer?.(READING)
  await Bun.sleep(0)
  clock.advance(5_000)
  await filesystems.refresh()
  expect(collect().filesystem?.['/mnt/nas']).toMatchObject({ state: 'ok', used_pct: 63.16 })
})

test('the fullest local filesystem is the host’s; a share on another machine is not', async () => {
  const { filesystems, collect } = setUp(async (path) => {
    if (path === '/mnt/nas') return { ...READING, bfree: 0, bavail: 0 }
    return path === '/boot/efi' ? { ...READING, bfree: 200, bavail: 200 } : READING
  })
  await filesystems.refresh()
  expect(collect().host.disk_pct).toBe(80)
})

test('a filesystem that fails says how; one we may not see has no row', async () => {
  const { filesystems, collect } = setUp(async (path) => {
    if (path === '/') return READING
    throw Object.assign(new Error('no'), { code: path === '/mnt/nas' ? 'ESTALE' : 'EACCES' })
  })
  await filesystems.refresh()
  const { filesystem } = collect()
  expect(Object.keys(filesystem ?? {})).toEqual(['/', '/mnt/nas'])
  expect(filesystem?.['/mnt/nas']).toMatchObject({ state: 'ESTALE' })
})

test('a filesystem slow to answer is shown at an interval of five minutes too', async () => {
  const answers: ((reading: StatfsReading) => void)[] = []
  const { clock, filesystems, collect } = setUp((path) =>
    path === '/' ? new Promise((resolve) => answers.push(resolve)) : Promise.resolve(READING),
  )
  await filesystems.refresh()
  answers.shift()?.(READING)
  await Bun.sleep(0)
  collect()
  for (let tick = 0; tick < 3; tick += 1) {
    clock.advance(300_000)
    await filesystems.refresh()
    expect(collect().filesystem?.['/']).toMatchObject({ state: 'ok', used_pct: 63.16 })
    answers.shift()?.(READING)
    await Bun.sleep(0)
  }
})

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

/** A machine with these NFS mounts, of which the ones in `dead` never answer. */
function withShares(mountPoints: readonly string[], dead: readonly string[], maxHung: number) {
  const procRoot = mkdtempSync(join(tmpdir(), 'lumen-agent-'))
  folders.push(procRoot)
  mkdirSync(join(procRoot, '1'))
  const lines = mountPoints.map((at, i) => `${30 + i} 1 0:${50 + i} / ${at} rw - nfs4 nas${i}:/x rw\n`)
  writeFileSync(join(procRoot, '1/mountinfo'), lines.join(''))
  const clock = new ManualClock()
  const roots = { procRoot, sysRoot: procRoot, rootfs: '/' }
  const statfs = (path: string) =>
    dead.includes(path) ? new Promise<never>(() => {}) : Promise.resolve(READING)
  const filesystems = new Filesystems(roots, clock, statfs, maxHung)
  return async (ticks: number) => {
    for (let tick = 0; tick < ticks; tick += 1) {
      clock.advance(5_000)
      await filesystems.refresh()
      await Bun.sleep(0)
    }
    const readings: WireReadings & { host: NonNullable<WireReadings['host']> } = { host: {} }
    filesystems.collect(readings)
    return Object.fromEntries(
      Object.entries(readings.filesystem ?? {}).map(([key, { state, used_pct }]) => [key, [state, used_pct]]),
    )
  }
}

test('a dead share does not take the numbers of a living one with it', async () => {
  const after = withShares(['/a', '/b', '/c'], ['/a'], 2)
  expect(await after(20)).toEqual({ '/a': ['hung', undefined], '/b': ['ok', 63.16], '/c': ['ok', 63.16] })
})

test('where no more calls may hang, the other shares say that they were not asked', async () => {
  const after = withShares(['/a', '/b', '/c'], ['/a', '/b'], 2)
  expect(await after(20)).toEqual({
    '/a': ['hung', undefined],
    '/b': ['hung', undefined],
    '/c': ['not asked', undefined],
  })
})
