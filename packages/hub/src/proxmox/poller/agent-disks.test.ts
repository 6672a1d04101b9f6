import { expect, test } from 'bun:test'
import { usedBytes } from './agent-disks.ts'

const on = (name: string, type: string, used: unknown, total: unknown = 100) => ({
  ...{ name, mountpoint: `/${name}`, type, 'used-bytes': used, 'total-bytes': total },
})

test('each device counts once, whatever is mounted from it, and what holds no files not at all', () => {
  expect(usedBytes([on('vda1', 'ext4', 5), on('vda1', 'ext4', 5), on('vdb', 'xfs', '7')])).toBe(12)
  expect(usedBytes([on('sr0', 'iso9660', 9), on('loop0', 'squashfs', 9), on('vda1', 'ext4', 1)])).toBe(1)
})

test('what has no sizes, or is nonsense, is unknown and not zero', () => {
  expect(usedBytes([])).toBeUndefined()
  expect(usedBytes([null, 7, on('vda1', 'ext4', undefined), on('vdb', 'ext4', 3, 0)])).toBeUndefined()
})
