import { expect, test } from 'bun:test'
import type { Budget } from '../storage-report.ts'
import { defaultFloorBytes } from './caps.ts'
import type { DiskUsage } from './disk-usage.ts'
import { diskRoom, hotRoom, roomOf, sizesOf } from './room.ts'

const MIB = 1024 * 1024

const usage = (over: Partial<DiskUsage> = {}): DiskUsage => ({
  hotFileBytes: 100 * MIB,
  hotFreeBytes: 10 * MIB,
  hotPendingBytes: 0,
  walBytes: 16 * MIB,
  coldBytes: 50 * MIB,
  otherBytes: 20 * MIB,
  diskFreeBytes: 1_000 * MIB,
  diskTotalBytes: 10_000 * MIB,
  ...over,
})
const cap = (mib: number): Budget => ({ maxBytes: mib * MIB, minFreeBytes: 0 })
const floor = (mib: number): Budget => ({ maxBytes: null, minFreeBytes: mib * MIB })

test('without a budget there is no limit', () => {
  expect(roomOf(usage(), { maxBytes: null, minFreeBytes: 0 }).growBytes).toBe(Number.POSITIVE_INFINITY)
})

test('under a cap the folder may grow to it less the slack, the WAL counted as large as it may become', () => {
  // 1024 - (100 + 16 + 50 + 20) - 32 of slack
  expect(roomOf(usage(), cap(1_024)).growBytes).toBe(806 * MIB)
  expect(roomOf(usage({ walBytes: 0 }), cap(1_024)).growBytes).toBe(806 * MIB)
})

test('over its cap the folder must shrink, and free pages inside the database are room all the same', () => {
  const room = roomOf(usage(), cap(160))
  expect(room.growBytes).toBeLessThan(0)
  expect(hotRoom(room)).toBe(10 * MIB)
})

test('the database is not let grow past three quarters of a cap', () => {
  expect(roomOf(usage(), cap(200)).hotShareBytes).toBe(50 * MIB)
  expect(hotRoom(roomOf(usage({ coldBytes: 0, otherBytes: 0 }), cap(140)))).toBe(15 * MIB)
})

test('below the floor the folder keeps its size and never shrinks for others', () => {
  expect(roomOf(usage(), floor(256)).growBytes).toBe(744 * MIB)
  expect(roomOf(usage({ diskFreeBytes: 0 }), floor(256)).growBytes).toBe(0)
})

test('pages that wait in the WAL for the file to grow take room of the disk already', () => {
  expect(diskRoom(usage({ diskFreeBytes: 5 * MIB, hotPendingBytes: 4 * MIB }), floor(1))).toBe(MIB)
  expect(diskRoom(usage({ diskFreeBytes: 3 * MIB, hotPendingBytes: 4 * MIB }), floor(1))).toBe(0)
})

test('sizes go with the cap, or the disk where that is smaller', () => {
  expect(sizesOf(cap(1e6), 10_000 * MIB)).toEqual({
    slackBytes: 32 * MIB,
    walBytes: 16 * MIB,
    reserveBytes: 20 * MIB,
  })
  expect(sizesOf(cap(16), 10_000 * MIB).walBytes).toBe(MIB)
  expect(sizesOf(floor(1), 8 * MIB).walBytes).toBe(MIB / 2)
})

test('the floor is 256 MiB unless that is more than a twentieth of the disk', () => {
  expect(defaultFloorBytes(1_000_000 * MIB)).toBe(256 * MIB)
  expect(defaultFloorBytes(1_000 * MIB)).toBe(50 * MIB)
})
