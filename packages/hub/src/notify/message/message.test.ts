import { expect, test } from 'bun:test'
import type { Alert } from '@lumen/protocol/http/alerts/alert'
import type { NoticeKind } from '../../alerting/notice.ts'
import { sampleMessage } from '../../testing/sample-message.ts'
import { NOTICE_TIME, sampleNotice } from '../../testing/sample-notice.ts'
import { levelOfTitle, plain } from './message.ts'
import { gather } from './news.ts'

const guests = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ host_id: 10 + n, host: `vm${n + 1}`, text: 'is down' }))
const down = (host: string, given: Partial<Alert> = {}): Partial<Alert> => ({
  ...{ host, rule: 'Host is down', level: 'critical', entity: 'host', key: '', summary: `${host} is down` },
  ...given,
})

test.each<[string, readonly (readonly [NoticeKind, Partial<Alert>?])[]]>([
  ['🟡 Warning: nas: Disk is nearly full (/srv)', [['fired']]],
  ['🔴 Now critical: nas: Disk is nearly full (/srv)', [['raised', { level: 'critical' }]]],
  ['🟡 Down to warning: nas: Disk is nearly full (/srv)', [['lowered']]],
  ['🟡 Still warning: nas: Disk is nearly full (/srv)', [['repeated']]],
  [
    '🔴 Critical, nobody has acknowledged it: nas: Disk is nearly full (/srv)',
    [['escalated', { level: 'critical' }]],
  ],
  ['🟢 Over: nas: Disk is nearly full (/srv)', [['resolved']]],
  [
    '🟡 Warning: Hub: notifications do not arrive',
    [['fired', { host: 'Hub', rule: 'Hub: notifications do not arrive' }]],
  ],
  [
    '🔴 Critical: pve1: Host is down, and 20 more with it',
    [['fired', down('pve1', { took_down: guests(20) })]],
  ],
  [
    '🔴 Critical: Host is down (4): a, b, c and 1 more',
    ['a', 'b', 'c', 'd'].map((host, id) => ['fired', down(host, { id })] as const),
  ],
  [
    '🔴 Disk is nearly full (2): b, nas',
    [
      ['fired', { id: 1 }],
      ['fired', { id: 2, host: 'b', level: 'critical' }],
    ],
  ],
  [
    '🔴 Critical: a: Host is down; 1 over',
    [
      ['resolved', { id: 1 }],
      ['fired', down('a', { id: 2 })],
    ],
  ],
  [
    '🔴 Critical: nas: Disk is nearly full (/srv), and 2 more alerts; 1 over',
    [
      ['repeated', down('a', { id: 1 })],
      ['resolved', down('b', { id: 2 })],
      ['fired', { id: 3, host: 'web', rule: 'Load is high' }],
      ['fired', { id: 4, level: 'critical' }],
    ],
  ],
  [
    '🔴 Critical: pve1: Host is down, and 2 more with it, and 1 more alert',
    [
      ['fired', { id: 1 }],
      ['fired', down('pve1', { id: 2, took_down: guests(2) })],
    ],
  ],
  [
    '🟢 Over: a: Host is down, and 1 more alert',
    [
      ['resolved', down('a', { id: 1 })],
      ['resolved', { id: 2 }],
    ],
  ],
  ['🟡 Warning: nas: /srv is nearly full', [['fired', { rule: '/srv is nearly full' }]]],
])('%s', (title, notices) => {
  const message = sampleMessage(notices)
  expect(message.title).toBe(title)
  expect(levelOfTitle(title)).toBe(message.level)
})

test('a node that took its guests with it names them', () => {
  const message = sampleMessage([['fired', down('pve1', { took_down: guests(23) })]])
  const names = Array.from({ length: 20 }, (_, n) => `vm${n + 1}`).join(', ')
  expect(message.items[0]?.details).toContain(`With it (23): ${names} and 3 more`)
})

test('what changed before, since when and where to look stand in it', () => {
  const changes = [{ at: NOTICE_TIME - 60_000, text: 'container nginx started' }]
  const message = sampleMessage([['fired', { changes }]])
  expect(message.items[0]).toEqual({
    headline: '🟡 Warning: nas: Filesystem /srv: Used is 93.4 %, above 90 %',
    details: [
      'Rule: Disk is nearly full',
      'Since 2026-11-25 03:00 UTC',
      'Before: 2026-11-25 02:59 UTC container nginx started',
    ],
    link: 'https://lumen.example/hosts/3',
  })
  expect(sampleMessage([['resolved']]).items[0]?.details).toContain(
    'Fired at 2026-11-25 03:00 UTC, over after 8 min',
  )
})

test.each<[string, NoticeKind[], NoticeKind, boolean]>([
  ['fired and over', ['fired', 'resolved'], 'resolved', true],
  ['fired and graver', ['fired', 'raised'], 'fired', false],
  ['fired, graver, over', ['fired', 'raised', 'resolved'], 'resolved', true],
  ['graver and over', ['raised', 'resolved'], 'resolved', false],
  ['graver and milder', ['raised', 'lowered'], 'lowered', false],
  ['fired and escalated', ['fired', 'escalated'], 'fired', false],
])('%s in one message is one piece of news', (_, kinds, kind, isBlip) => {
  expect(gather(kinds.map((each) => sampleNotice(each)))).toMatchObject([{ kind, isBlip }])
})

test('the gravest comes first, what is new before what goes on, ends come last', () => {
  const news = gather([
    sampleNotice('resolved', { id: 1 }),
    sampleNotice('lowered', { id: 2 }),
    sampleNotice('fired', { id: 3 }),
    sampleNotice('repeated', { id: 4, level: 'critical' }),
    sampleNotice('escalated', { id: 5, level: 'critical' }),
  ])
  expect(news.map(({ alert }) => alert.id)).toEqual([5, 4, 3, 2, 1])
})

test.each([
  ['two\r\nlines\tand\u2028more', 'two lines and more'],
  ['\u202eevil\u202c', 'evil'],
  ['zero\u200bwidth', 'zerowidth'],
  ['half \ud83d', 'half \ufffd'],
  ['family 👨‍👩‍👧', 'family 👨👩👧'],
  ['x'.repeat(301), `${'x'.repeat(299)}…`],
])('the name %j reads %j', (name, text) => {
  expect(plain(name)).toBe(text)
})

test('without a public address there are no links', () => {
  const message = sampleMessage([['fired']], { publicUrl: '' })
  expect([message.link, message.items[0]?.link]).toEqual([null, null])
})

test('a title has an end, whatever things are called', () => {
  const name = '&☂🔥'.repeat(200)
  const many = [1, 2, 3].map((id) => ['fired', { id, host: `${id}${name}`, rule: name }] as const)
  for (const notices of [many, many.slice(0, 1)]) {
    const { title } = sampleMessage(notices)
    expect(title.length).toBeLessThanOrEqual(250)
    expect(title.isWellFormed()).toBe(true)
    expect(title).toEndWith('…')
  }
})

test('a title of no known mark says nothing of its level', () => {
  expect(levelOfTitle('Lumen')).toBeNull()
})
