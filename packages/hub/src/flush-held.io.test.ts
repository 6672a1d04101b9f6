import { expect, test } from 'bun:test'
import type { Tsdb } from '@lumen/tsdb/api'
import { openTsdb } from '@lumen/tsdb/open'
import { openLive } from './testing/live-client.ts'
import { frameOf, pushOf, startTestHub } from './testing/test-hub.ts'

test('while a flush hangs, pushes are acknowledged and browsers updated', async () => {
  let store: Tsdb | undefined
  await using t = await startTestHub({
    deps: {
      openTsdb: async (options) => {
        store = await openTsdb({ ...options, autoFlush: false, faultPoint: 'flush.mid-rows:stall=1500' })
        return store
      },
    },
  })
  await t.logIn()
  const { id, token } = await t.addHost('nas')
  using live = await openLive(t.hub.url, { cookie: t.cookie })
  live.subscribe(`host:${id}`)
  await live.next('snapshot')
  const now = Date.now()
  await t.push(token, pushOf([frameOf(1, now - 120_000)]))

  let isFlushed = false
  const flush = store!.flush('all').then(() => {
    isFlushed = true
  })
  const answer = await t.push(token, pushOf([frameOf(2, now)]))
  expect(await answer.json()).toMatchObject({ accepted: 1, durable: [] })
  for (let shown = false; !shown; ) {
    const { frames } = (await live.next('update', `host:${id}`)) as { frames: { ts: number }[] }
    shown = frames.some(({ ts }) => ts === now)
  }
  expect(isFlushed).toBe(false)
  await flush
  expect(store!.durableRanges(id, 'stream-1')).toEqual([[1, 1]])
})
