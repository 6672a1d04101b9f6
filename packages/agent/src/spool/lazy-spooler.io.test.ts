import { expect, test } from 'bun:test'
import { loadSpoolerFor } from './lazy-spooler.ts'
import { SpoolWorld, upTo } from './spool-world.ts'

test('an agent whose hub falls silent loads the spool then, and loses nothing by that', async () => {
  using world = new SpoolWorld({ hasCode: false })
  await world.push()
  expect(await loadSpoolerFor(world.dir)).toBeUndefined()
  world.cut()
  world.record(5)
  await world.push()
  await import('./spooler.ts')
  await world.settled()
  world.record(5)
  world.uplink.spoolNow()
  expect(world.files()).toEqual(['00000001.spool', 'lock'])
  world.hasCode = (await loadSpoolerFor(world.dir)) !== undefined
  expect(world.hasCode).toBe(true)
  world.kill()
  world.mend()
  await world.push()
  expect(world.numbers()).toEqual(upTo(10))
})

test('an agent that is stopped before it loaded the spool loads it for what is left', async () => {
  using world = new SpoolWorld({ hasCode: false })
  await world.push()
  world.record(3)
  world.cut()
  await world.uplink.stop()
  expect(world.files()).toEqual(['00000001.spool'])
})
