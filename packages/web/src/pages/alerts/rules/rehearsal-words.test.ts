import { expect, test } from 'bun:test'
import { DAY, MINUTE } from '@lumen/model/time'
import { coveredText, stripSpans } from './rehearsal-words.ts'

const to = 1_790_000_000_000
const from = to - 30 * DAY
const alert = { host_id: 1, host: 'nas', entity: 'host', key: '', peak: null }
const plain = (text: string) => text.replaceAll('\u00a0', ' ')

test('what would have fired lies where it was, wide enough to be seen and never past the end', () => {
  const { fired } = stripSpans(
    {
      ...{ from, to, covered: [] },
      alerts: [
        { ...alert, level: 'critical', from: from + 15 * DAY, to: from + 15 * DAY + MINUTE },
        { ...alert, level: 'warning', from: to - MINUTE, to: null },
      ],
    },
    300,
  )
  expect(fired).toEqual([
    { x: 298, width: 2, level: 'warning' },
    { x: 150, width: 2, level: 'critical' },
  ])
})

test('history that goes less far says how far, and in which steps', () => {
  const covered = [{ from: to - 10 * DAY, to, step_ms: 5 * MINUTE }]
  expect(plain(coveredText({ from, to, covered }))).toStartWith('History of this covers 10 d of 30 d,')
  expect(plain(coveredText({ from, to, covered }))).toContain('averages of 5 min')
  expect(plain(coveredText({ from, to, covered: [{ from, to, step_ms: MINUTE }] }))).toStartWith(
    'Rehearsed on 30 d of history,',
  )
  expect(coveredText({ from, to, covered: [] })).toContain('no history')
})
