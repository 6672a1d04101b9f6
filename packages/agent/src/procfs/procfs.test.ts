import { expect, test } from 'bun:test'
import { fixture } from '../fixture.ts'
import { parseArcSize } from './arcstats.ts'
import { hasHypervisorFlag, parseCpuModel } from './cpuinfo.ts'
import { parseDiskstats } from './diskstats.ts'
import { parseLoadavg } from './loadavg.ts'
import { parseMeminfo } from './meminfo.ts'
import { isNetworkFilesystem, parseMountinfo, realFilesystems } from './mountinfo.ts'
import { parseDefaultRoute, parseNetDev } from './net-dev.ts'
import { parsePressure } from './pressure.ts'
import { parseTcpEstablished } from './snmp.ts'
import { parseStat } from './stat.ts'
import { parseUptime } from './uptime.ts'

test('stat gives ticks of all cores together and of each', () => {
  const { all, cores, procsRunning } = parseStat(fixture('mini-pc-debian12', 'proc/stat'))
  expect(all).toEqual([1829321, 20394, 602812, 38920114, 81203, 0, 21877, 0])
  expect([...cores.keys()]).toEqual([0, 1, 2, 3])
  expect(cores.get(3)).toEqual([457004, 5101, 150200, 9731900, 20300, 0, 1801, 0])
  expect(procsRunning).toBe(2)
})

test('stat of an old kernel without steal has none stolen', () => {
  const { all } = parseStat('cpu  10 1 5 100\ncpu0 10 1 5 100\n')
  expect(all).toEqual([10, 1, 5, 100, 0, 0, 0, 0])
})

test.each(['', 'intr 1 2 3\n', 'cpu  a b c d\n', 'cpu 1 2\n'])('stat %j is refused by code', (text) => {
  expect(() => parseStat(text)).toThrow(expect.objectContaining({ code: 'stat_malformed' }))
})

test('meminfo in bytes; cached is what free calls buff/cache without shared memory', () => {
  expect(parseMeminfo(fixture('mini-pc-debian12', 'proc/meminfo'))).toEqual({
    totalBytes: 16173508 * 1024,
    availableBytes: 9821044 * 1024,
    cachedBytes: (8123456 + 412300 + 512340 - 234567) * 1024,
    swapTotalBytes: 999420 * 1024,
    swapFreeBytes: 874236 * 1024,
  })
})

test('meminfo of a kernel without MemAvailable leaves it unknown', () => {
  expect(parseMeminfo(fixture('old-kernel-3.10', 'proc/meminfo')).availableBytes).toBeUndefined()
})

test('a name inside another line of meminfo is not taken for it', () => {
  const { swapTotalBytes, cachedBytes } = parseMeminfo('MemTotal: 10 kB\nSwapCached: 7 kB\n')
  expect([swapTotalBytes, cachedBytes]).toEqual([undefined, undefined])
})

test('meminfo without MemTotal is refused by code', () => {
  for (const text of ['', 'MemFree: 5 kB\n', 'MemTotal: many kB\n', 'MemTotal:']) {
    expect(() => parseMeminfo(text)).toThrow(expect.objectContaining({ code: 'meminfo_malformed' }))
  }
})

test('loadavg and uptime are their first words', () => {
  expect(parseLoadavg('0.42 0.58 0.61 2/812 401923\n')).toEqual([0.42, 0.58, 0.61])
  expect(parseUptime('103482.17 389201.14\n')).toBe(103482.17)
  expect(() => parseLoadavg('0.42')).toThrow(expect.objectContaining({ code: 'loadavg_malformed' }))
  expect(() => parseUptime('up')).toThrow(expect.objectContaining({ code: 'uptime_malformed' }))
})

test('pressure gives the totals; a kernel without a full line has none', () => {
  expect(parsePressure(fixture('mini-pc-debian12', 'proc/pressure/io'))).toEqual({
    someUs: 91827364,
    fullUs: 81723645,
  })
  expect(parsePressure('some avg10=0.00 avg60=0.00 avg300=0.00 total=5\n')).toEqual({
    someUs: 5,
    fullUs: undefined,
  })
  expect(() => parsePressure('full avg10=0.00')).toThrow(
    expect.objectContaining({ code: 'pressure_malformed' }),
  )
})

test('snmp finds CurrEstab by its column', () => {
  expect(parseTcpEstablished(fixture('mini-pc-debian12', 'proc/net/snmp'))).toBe(47)
  expect(parseTcpEstablished('Tcp: A B\nTcp: 1 2\n')).toBeUndefined()
  expect(() => parseTcpEstablished('Tcp: CurrEstab\n')).toThrow(
    expect.objectContaining({ code: 'snmp_malformed' }),
  )
})

test('arcstats gives the size of the cache, not that of its compressed part', () => {
  expect(parseArcSize(fixture('zfs-nas', 'proc/spl/kstat/zfs/arcstats'))).toBe(15032385536)
  expect(() => parseArcSize('hits 4 1\n')).toThrow(expect.objectContaining({ code: 'arcstats_malformed' }))
})

test('cpuinfo names the processor, or the board where ARM kernels name none', () => {
  expect(parseCpuModel(fixture('mini-pc-debian12', 'proc/cpuinfo'))).toBe('Intel(R) N100')
  expect(parseCpuModel(fixture('raspberry-pi', 'proc/cpuinfo'))).toBe('Raspberry Pi 4 Model B Rev 1.5')
  expect(parseCpuModel('')).toBeUndefined()
})

test('the hypervisor flag is told from other flags', () => {
  expect(hasHypervisorFlag(fixture('firecracker-vm', 'proc/cpuinfo'))).toBe(true)
  expect(hasHypervisorFlag(fixture('mini-pc-debian12', 'proc/cpuinfo'))).toBe(false)
})

test('mountinfo unescapes what the kernel wrote in octal', () => {
  const [mount] = parseMountinfo('41 30 8:1 / /srv/a\\040b\\134c\\011d rw - ext4 /dev/sda1 rw\n')
  expect(mount?.mountPoint).toBe('/srv/a b\\c\td')
})

test('mountinfo takes any number of optional fields', () => {
  const [none, two] = parseMountinfo(
    '1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:2 / /a rw shared:1 master:2 - xfs /dev/sda2 rw\n',
  )
  expect([none?.type, two?.type]).toEqual(['ext4', 'xfs'])
  expect(() => parseMountinfo('1 0 8:1 / / rw\n')).toThrow(
    expect.objectContaining({ code: 'mountinfo_malformed' }),
  )
})

test('real filesystems are each once, without pseudo ones, snaps, containers and bind mounts', () => {
  const mounts = realFilesystems(parseMountinfo(fixture('mini-pc-debian12', 'proc/self/mountinfo')))
  expect(mounts.map(({ mountPoint, type }) => [mountPoint, type])).toEqual([
    ['/', 'ext4'],
    ['/boot/efi', 'vfat'],
    ['/srv/media files', 'ext4'],
    ['/mnt/nas', 'nfs4'],
  ])
  expect(mounts.filter(isNetworkFilesystem).map(({ mountPoint }) => mountPoint)).toEqual(['/mnt/nas'])
})

test('ZFS datasets of one last name and btrfs subvolumes stay apart', () => {
  const mounts = realFilesystems(parseMountinfo(fixture('zfs-nas', 'proc/self/mountinfo')))
  expect(mounts.map(({ mountPoint }) => mountPoint)).toEqual([
    '/',
    '/tank',
    '/tank/media',
    '/backup/media',
    '/srv/pool',
    '/home',
  ])
})

test('a mount hides what is mounted below it at the same place', () => {
  const mounts = parseMountinfo('1 0 8:1 / /a rw - ext4 /dev/sda1 rw\n2 1 8:2 / /a rw - xfs /dev/sda2 rw\n')
  expect(realFilesystems(mounts).map(({ type }) => type)).toEqual(['xfs'])
})

test('a bind mount is kept where the whole filesystem is mounted nowhere', () => {
  const mounts = parseMountinfo('1 0 8:1 /data /srv/data rw - ext4 /dev/sda1 rw\n')
  expect(realFilesystems(mounts).map(({ mountPoint }) => mountPoint)).toEqual(['/srv/data'])
})

test('diskstats reads lines of any age of kernel', () => {
  const disks = parseDiskstats(fixture('mini-pc-debian12', 'proc/diskstats'))
  expect(disks.find(({ name }) => name === 'nvme0n1')).toEqual({
    name: 'nvme0n1',
    reads: 918273,
    readSectors: 73645512,
    readMs: 182736,
    writes: 1827364,
    writtenSectors: 120394856,
    writeMs: 3645512,
    busyMs: 1203948,
  })
  expect(parseDiskstats(fixture('old-kernel-3.10', 'proc/diskstats')).map(({ name }) => name)).toEqual([
    'xvda1',
  ])
  expect(() => parseDiskstats('8 0 sda 1 2 3\n')).toThrow(
    expect.objectContaining({ code: 'diskstats_malformed' }),
  )
})

test('net/dev reads a name that touches its first number', () => {
  const [eth0] = parseNetDev(fixture('old-kernel-3.10', 'proc/net/dev'))
  expect([eth0?.name, eth0?.rxBytes, eth0?.txBytes]).toEqual(['eth0', 1296437222, 918273645])
  expect(() => parseNetDev('eth0: 1 2 3\n')).toThrow(expect.objectContaining({ code: 'net_dev_malformed' }))
})

test('net/dev adds errors and drops of both directions', () => {
  const nics = parseNetDev(fixture('mini-pc-debian12', 'proc/net/dev'))
  expect(nics.find(({ name }) => name === 'enp1s0')).toMatchObject({ errors: 4, drops: 122 })
})

test('the default route is the one with the lowest metric that is up', () => {
  expect(parseDefaultRoute(fixture('mini-pc-debian12', 'proc/net/route'))).toBe('vmbr0')
  const head = 'Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n'
  const text = `${head}wlan0 00000000 01 0003 0 0 600 00000000 0 0 0\neth0 00000000 01 0003 0 0 100 00000000 0 0 0\n`
  expect(parseDefaultRoute(text)).toBe('eth0')
  expect(parseDefaultRoute(head)).toBeUndefined()
})
