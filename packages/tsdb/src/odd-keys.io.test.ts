import { expect, test } from 'bun:test'
import { HOUR, MINUTE } from '@lumen/model/time'
import { silentLog } from '@lumen/std/log'
import { openTsdb } from './open.ts'
import { metric, rowOf, scratchDir, T0, testClock } from './testing/samples.ts'

const CPU = metric('container.cpu_pct')
const NAMES = {
  emoji: '🐳 web',
  'a line break': 'two\nlines',
  quotes: `it's "quoted"`,
  'a NUL': 'nul\0byte',
  'half a character': 'half \ud83d',
  'the other half': 'half \udc33',
  'a reversed text': '\u202egpj.exe',
  'a composed and a decomposed accent': 'é e\u0301',
}

test.each(Object.entries(NAMES))('a container named with %s is one series over restarts', async (_, name) => {
  const { dir, remove } = scratchDir()
  try {
    for (let run = 0; run < 3; run++) {
      const clock = testClock(T0 + run * MINUTE)
      await using store = await openTsdb({ dir, clock, log: silentLog, autoFlush: false })
      const row = rowOf('container', name, { cpu_pct: 10 + run })
      store.append(1, 's', { seq: run + 1, ts: T0 + run * MINUTE - 1, intervalMs: 5_000, rows: [row] })
      await store.flush('all')
      const range = { from: T0 - HOUR, to: T0 + HOUR }
      const { series } = await store.query({ host: 1, metrics: [CPU], key: null, range, points: 5_000 })
      expect(series.map(({ key }) => key.toWellFormed())).toEqual([name.toWellFormed()])
      const kept = [...series[0]!.avg].filter((value) => !Number.isNaN(value))
      expect(kept).toHaveLength(run + 1)
    }
  } finally {
    remove()
  }
})
