import { expect, test } from 'bun:test'
import { OWN_ROOTS } from './config.ts'
import { covers, placed } from './reads.ts'

test.each([
  ['/proc/stat', '/proc/stat', true],
  ['/proc/stat', '/proc/1/stat', false],
  ['/proc/*/stat', '/proc/12/stat', true],
  ['/proc/*/stat', '/proc/12/task/12/stat', false],
  ['/proc/*/stat', '/proc/12/statm', false],
  ['/sys/fs/cgroup/**/cpu.stat', '/sys/fs/cgroup/cpu.stat', true],
  ['/sys/fs/cgroup/**/cpu.stat', '/sys/fs/cgroup/a/b/cpu.stat', true],
  ['/sys/fs/cgroup/**/cpu.stat', '/sys/fs/cgroup/a/cpu_stat', false],
  ['/sys/fs/cgroup/**', '/sys/fs/cgroup', true],
  ['/sys/fs/cgroup/**', '/sys/fs/cgroups', false],
  ['/run/user/*/docker.sock', '/run/user/1000/docker.sock', true],
])('%s covers %s: %p', (pattern, path, isCovered) => {
  expect(covers(pattern)(path)).toBe(isCovered)
})

test('a declared read is placed below the machine’s own roots', () => {
  expect(placed('{root}/etc/passwd', OWN_ROOTS)).toBe('/etc/passwd')
  expect(placed('{root}/etc/passwd', { procRoot: '/p', sysRoot: '/s', rootfs: '/host/' })).toBe(
    '/host/etc/passwd',
  )
  expect(placed('{proc}', { ...OWN_ROOTS, procRoot: '/host/proc' })).toBe('/host/proc')
})
