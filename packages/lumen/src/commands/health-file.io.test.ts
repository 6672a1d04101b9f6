import { expect, test } from 'bun:test'
import { existsSync, readFileSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { silentLog } from '@lumen/std/log'
import { tempDir } from '@lumen/testkit/temp-dir'
import { healthNotes, readHealth } from './health-file.ts'

const AT = 1_790_000_000_000

test('an agent is heard for two minutes after an answer, and for three intervals where those are longer', async () => {
  await using dir = await tempDir()
  const path = join(dir.path, 'health')
  expect(readHealth(path)).toMatchObject({
    isHeard: false,
    text: expect.stringContaining('not answered yet'),
  })
  for (const [intervalMs, limitMs] of [
    [5_000, 120_000],
    [60_000, 180_000],
  ] as const) {
    healthNotes(path, silentLog)(intervalMs)
    utimesSync(path, AT / 1_000, AT / 1_000)
    expect(readHealth(path, AT + limitMs)).toEqual({
      isHeard: true,
      text: `the hub answered ${limitMs / 1_000} s ago`,
    })
    expect(readHealth(path, AT + limitMs + 1_000).isHeard).toBe(false)
  }
})

test('answers every second are noted every 15, and a clock set back holds nothing up', async () => {
  await using dir = await tempDir()
  const path = join(dir.path, 'health')
  let now = AT
  const note = healthNotes(path, silentLog, () => now)
  const isNoted = (intervalMs: number) => {
    note(intervalMs)
    return readFileSync(path, 'utf8') === `${intervalMs}\n`
  }
  expect(isNoted(1)).toBe(true)
  now += 14_000
  expect(isNoted(2)).toBe(false)
  now += 1_000
  expect(isNoted(3)).toBe(true)
  now -= 3_600_000
  expect(isNoted(4)).toBe(true)
})

test('a folder that is not there is said once', () => {
  const said: string[] = []
  const log = { ...silentLog, warn: (message: string) => said.push(message) }
  let now = AT
  const note = healthNotes('/nowhere/health', log, () => now)
  note(1)
  now += 60_000
  note(1)
  expect(said).toEqual(['health file cannot be written'])
  expect(existsSync('/nowhere/health')).toBe(false)
})
