import { expect, test } from 'bun:test'
import { SECOND } from '@lumen/model/time'
import { Ledger } from '@lumen/testkit/ledger'
import { SimulatedFleet } from '@lumen/testkit/simulated-fleet'
import { ONE_OF_EACH } from '@lumen/testkit/synthetic-readings'
import { startTcpProxy } from '@lumen/testkit/tcp-proxy'
import { tempDir } from '@lumen/testkit/temp-dir'
import { startTestHub } from '@lumen/testkit/test-hub'
import { until } from '@lumen/testkit/until'
import { storedHistory } from './stored-history.ts'

const HOSTS = 10
/** Longer than an agent waits for an answer, so that pushes the hub took are sent again. */
const BLACKHOLE_MS = 12 * SECOND

test('a line that is cut, held, slow or narrow loses nothing and counts nothing twice', async () => {
  await using data = await tempDir('lumen-network-')
  await using hub = await startTestHub({ dataDir: data.path, tsdb: { flushEveryMs: 400, flushGraceMs: 50 } })
  await using line = await startTcpProxy(Number(new URL(hub.url).port))
  const made = await Promise.all(Array.from({ length: HOSTS }, (_, i) => hub.client.createHost(`host-${i}`)))
  const ledger = new Ledger()
  await using fleet = new SimulatedFleet({
    hubUrl: line.url,
    hosts: made.map(({ host, token }) => ({ name: host.name, token })),
    intervalMs: SECOND,
    shape: ONE_OF_EACH,
    ledger,
  })
  fleet.start()
  const connected = () =>
    until(
      'every host connected',
      () => fleet.status().connected === HOSTS && fleet.status().untaken <= HOSTS,
      {
        withinMs: 60 * SECOND,
      },
    )
  await connected()

  line.set({ mode: 'cut' })
  await until('every agent to notice', () => fleet.status().connected === 0, { withinMs: 60 * SECOND })
  line.set({ mode: 'open' })
  await connected()

  const before = fleet.status().failures
  line.set({ mode: 'blackhole' })
  await Bun.sleep(BLACKHOLE_MS)
  expect(fleet.status().failures).toBeGreaterThanOrEqual(before + HOSTS)
  line.set({ mode: 'open' })
  await connected()

  line.set({ delayMs: 400, bytesPerSecond: 20_000 })
  await Bun.sleep(5 * SECOND)
  line.set({ delayMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY })

  await fleet.drain(60 * SECOND)
  expect(fleet.status().dropped).toEqual({})
  expect(await hub.stop()).toBe(0)
  const names = new Map(made.map(({ host }) => [host.id, host.name]))
  const { minutes, durableFrames } = storedHistory(data.path, names)
  expect(durableFrames).toBe(ledger.frames)
  expect(ledger.differences(minutes)).toEqual([])
}, 400_000)
