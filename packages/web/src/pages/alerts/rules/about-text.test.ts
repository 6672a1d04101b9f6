import { expect, test } from 'bun:test'
import { MINUTE } from '@lumen/model/time'
import { ruleSpec } from '../shared/rule-spec.fixture.ts'
import type { Names } from '../shared/words.ts'
import { aboutText } from './about-text.ts'

const names: Names = { host: () => undefined, rule: () => undefined }
const about = (part: Parameters<typeof ruleSpec>[0]) =>
  aboutText(ruleSpec(part), names).replaceAll('\u00a0', ' ')

test('a line about a rule says from when on it is how grave, for states as for numbers', () => {
  const condition = { kind: 'state', state: 'host_down', key: '*', level: 'critical' } as const
  expect(about({ name: 'Host is down', condition, for_ms: 0 })).toBe('critical · all hosts')
  expect(about({ name: 'Night watch', condition, for_ms: MINUTE })).toBe(
    'Host is down · critical · for 1 min · all hosts',
  )
  expect(about({ name: 'Busy', for_ms: 0 })).toBe('CPU above 90 % · all hosts')
})

test('what is about the hub itself names no hosts', () => {
  const condition = { kind: 'state', state: 'hub_disk', key: '*', level: 'warning' } as const
  expect(about({ name: 'Disk of the hub', condition, for_ms: 0 })).toEndWith(' · warning')
})
