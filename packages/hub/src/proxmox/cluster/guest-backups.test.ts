import { expect, test } from 'bun:test'
import type { GuestNow } from '../poller/inventory.ts'
import { type BackupFile, type BackupJob, backupOf, coveredBy } from './guest-backups.ts'

const guest = (vmid: number, node: string, pool?: string) =>
  ({ vmid, node, resource: { pool } }) as unknown as GuestNow
const GUESTS = [guest(100, 'a'), guest(101, 'b', 'prod'), guest(102, 'a', 'prod')]
const covered = (job: Record<string, unknown>) => coveredBy({ id: 'j', ...job } as BackupJob, GUESTS)

test.each([
  [{ vmid: '100,102' }, [100, 102]],
  [{ vmid: '100 101', node: 'b' }, [101]],
  [{ all: true, exclude: '101' }, [100, 102]],
  [{ pool: 'prod' }, [101, 102]],
  [{ all: false }, []],
])('a job of %p covers %p', (job, guests) => {
  expect(covered(job)).toEqual(guests)
})

test('of a guest’s backups the newest counts, on whatever storage; without any there is none', () => {
  const file = (vmid: number, ctime: number, more: object = {}) =>
    ({ volid: 'x', vmid, ctime, ...more }) as BackupFile
  const files = [
    ['nas', file(100, 1_000, { size: 5 })],
    ['pbs', file(100, 3_000, { size: 7, verification: { state: 'failed' } })],
    ['nas', file(101, 9_000)],
  ] as const
  expect(backupOf(100, files, [{ id: 'nightly', guests: [100] }])).toEqual({
    ...{
      last_good: 3_000_000,
      size_bytes: 7,
      storage: 'pbs',
      verified: 'failed',
      count: 2,
      jobs: ['nightly'],
    },
  })
  expect(backupOf(7, files, [])).toEqual({
    ...{ last_good: null, size_bytes: null, storage: null, verified: null, count: 0, jobs: [] },
  })
})
