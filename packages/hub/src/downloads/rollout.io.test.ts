import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MINUTE } from '@lumen/model/time'
import { silentLog } from '@lumen/std/log'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { type TempDir, tempDir } from '@lumen/testkit/temp-dir'
import { Builds } from './builds.ts'
import { MARK_BEGIN } from './mark-finder.ts'
import { Rollout } from './rollout.ts'

const NAME = 'lumen-linux-x64'

let dir: TempDir
let clock: FakeClock
let rollout: Rollout
let builds: Builds
beforeEach(async () => {
  dir = await tempDir('lumen-rollout-')
  clock = new FakeClock()
  builds = new Builds({ folders: [dir.path] })
  rollout = new Rollout({ builds, clock, log: silentLog })
})
afterEach(() => dir[Symbol.asyncDispose]())

const host = (id: number, agentVersion = '0.1.0', auto_update: string | null = NAME) => ({
  ...{ id, agentVersion },
  facts: auto_update === null ? {} : { auto_update },
})

/** The first question only begins the look at a build. */
async function offer(version: string | null, name = NAME): Promise<void> {
  writeFileSync(join(dir.path, name), version === null ? 'program' : `program ${MARK_BEGIN}${version}@`)
  rollout.offerFor(host(1_000))
  await builds.find(name)
  await Promise.resolve()
}

test('only hosts whose owners want it are offered a build, and only one newer than they are', async () => {
  await offer('0.2.0')
  const found = (await builds.find(NAME))!
  expect(rollout.offerFor(host(1))).toEqual({
    ...{ version: '0.2.0', sha256: found.sha256, bytes: found.bytes },
  })
  expect(rollout.offerFor(host(2, '0.1.0', null))).toBeUndefined()
  for (const version of ['0.2.0', '0.3.0', 'dev']) expect(rollout.offerFor(host(3, version))).toBeUndefined()
})

test('a build without a version, of another name, or that is not there is never offered', async () => {
  await offer(null)
  expect(rollout.offerFor(host(1))).toBeUndefined()
  mkdirSync(join(dir.path, 'lumen-linux-arm64'))
  for (const name of ['lumen-linux-arm64', '../lumen-linux-x64', 'SHA256SUMS', '']) {
    rollout.offerFor(host(2, '0.1.0', name))
    await builds.find(name)
    expect(rollout.offerFor(host(2, '0.1.0', name))).toBeUndefined()
  }
})

test('a few have their turn at once; who does not come back newer makes room and rests', async () => {
  await offer('0.2.0')
  const offered = () => [1, 2, 3, 4, 5, 6].filter((id) => rollout.offerFor(host(id)) !== undefined)
  rollout.forget(1_000)
  expect(offered()).toEqual([1, 2, 3, 4])
  expect(offered()).toEqual([1, 2, 3, 4])
  expect(rollout.offerFor(host(2, '0.2.0'))).toBeUndefined()
  expect(rollout.offerFor(host(5))).toBeDefined()
  expect(rollout.offerFor(host(6))).toBeUndefined()
  rollout.heard(3, [{ at: 0, type: 'update', detail: { state: 'started' } }])
  expect(rollout.offerFor(host(6))).toBeUndefined()
  rollout.heard(3, [{ at: 0, type: 'update', detail: { state: 'failed' } }])
  expect([6, 3, 7].map((id) => rollout.offerFor(host(id)) !== undefined)).toEqual([true, false, false])
  clock.advance(3 * MINUTE)
  expect(rollout.offerFor(host(1))).toBeUndefined()
  expect(rollout.offerFor(host(7))).toBeDefined()
  clock.advance(12 * MINUTE)
  expect(rollout.offerFor(host(1))).toBeDefined()
})
