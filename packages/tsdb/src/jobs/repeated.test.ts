import { expect, jest, test } from 'bun:test'
import { silentLog } from '@lumen/std/log'
import { Repeated } from './repeated.ts'

/** Lets promises that are settled be gone on with. */
const settle = async () => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve()
}

test('work is repeated, also when it fails, moved forward when asked, and over when stopped', async () => {
  jest.useFakeTimers()
  try {
    let turns = 0
    const run = async () => {
      turns += 1
      if (turns === 1) throw new Error('once')
    }
    const repeated = new Repeated({ log: silentLog, whenFailed: 'failed', everyMs: 1_000, run })
    repeated.start(100)
    jest.advanceTimersByTime(100)
    await settle()
    jest.advanceTimersByTime(999)
    expect(turns).toBe(1)
    repeated.start(10)
    jest.advanceTimersByTime(10)
    await settle()
    expect(turns).toBe(2)
    jest.advanceTimersByTime(1_000)
    await settle()
    expect(turns).toBe(3)
    repeated.stop()
    jest.advanceTimersByTime(5_000)
    expect(turns).toBe(3)
  } finally {
    jest.useRealTimers()
  }
})
