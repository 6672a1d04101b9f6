import { afterEach, expect, test } from 'bun:test'
import { errorCode } from '@lumen/std/error'
import { silentLog } from '@lumen/std/log'
import { openTsdb } from './open.ts'
import { sampleOf, scratchDir, T0, testClock } from './testing/samples.ts'

const dirs: ReturnType<typeof scratchDir>[] = []
afterEach(() => {
  for (const scratch of dirs.splice(0)) scratch.remove()
})

function scratch(): string {
  dirs.push(scratchDir())
  return dirs.at(-1)!.dir
}

test('when the worker dies every call is refused, health says so, and the owner is told', async () => {
  const fatal = Promise.withResolvers<Error>()
  await using store = await openTsdb({
    dir: scratch(),
    clock: testClock(T0),
    log: silentLog,
    autoFlush: false,
    workerUrl: new URL('./testing/dying-worker.ts', import.meta.url),
    onFatal: fatal.resolve,
  })
  store.append(1, 's', sampleOf(1, T0, 10))
  expect(store.health().flushFault).toBeNull()
  expect(await store.retain().catch(errorCode)).toBe('hot_ended')
  expect(errorCode(await fatal.promise)).toBe('hot_ended')
  expect(await store.events(1, { from: 0, to: T0 }).catch(errorCode)).toBe('hot_ended')
  expect(store.health().flushFault).toContain('its worker is gone')
  expect(await store.flush('all').catch(errorCode)).toBe('flush_failed')
  expect(store.health().pendingFrames).toBe(1)
  expect(store.durableRanges(1, 's')).toEqual([])
})

test('where nobody handles it the process ends and says why', async () => {
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/testing/dying-child.ts`, scratch()], {
    stderr: 'pipe',
  })
  const said = await new Response(child.stderr).text()
  expect(await child.exited).toBe(1)
  expect(said).toContain('Cannot use the hot tier: its worker is gone')
})
