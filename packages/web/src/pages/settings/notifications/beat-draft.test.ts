import { expect, test } from 'bun:test'
import { beatDraft, readBeat } from './beat-draft.ts'

test('a heartbeat reads back as it was, in the largest unit that says it whole', () => {
  for (const beat of [
    { url: 'https://hc.example.org/x', every_ms: 300_000 },
    { url: null, every_ms: 90_000 },
    { url: null, every_ms: 7_200_000 },
  ]) {
    expect(readBeat(beatDraft(beat))).toEqual(beat)
  }
  expect(beatDraft({ url: null, every_ms: 90_000 })).toEqual({ url: '', every: '90', unit: 's' })
})

test('no number is no heartbeat, and blanks are no address', () => {
  expect(readBeat({ url: 'x', every: 'often', unit: 'min' })).toBeUndefined()
  expect(readBeat({ url: '  ', every: '1,5', unit: 'min' })).toEqual({ url: null, every_ms: 90_000 })
})
