import { expect, test } from 'bun:test'
import type { Channel } from '@lumen/protocol/http/channels'
import { draftOf, fieldTitle, type KindForm, readDraft } from './channel-draft.ts'

const form: KindForm = {
  kind: 'email',
  fields: [
    { name: 'host', kind: 'text', is_required: true },
    { name: 'port', kind: 'integer', is_required: true, default: 587 },
    { name: 'tls', kind: 'switch', is_required: true, default: true },
    { name: 'to', kind: 'lines', is_required: true },
    { name: 'headers', kind: 'pairs', is_required: false },
    { name: 'password', kind: 'secret', is_required: true },
    { name: 'token', kind: 'secret', is_required: false },
  ],
}
const channel: Channel = {
  id: 1,
  spec: {
    name: 'mail',
    kind: 'email',
    is_enabled: true,
    is_default: false,
    least_level: 'critical',
    settings: { host: 'smtp', port: 25, tls: false, to: ['a@b', 'c@d'], headers: { 'X-A': 'b: c' } },
  },
  secrets: ['password', 'token'],
  created_at: 0,
  last_sent_at: null,
  fault: null,
}

test('a channel that is opened and saved untouched stays what it was, secrets included', () => {
  expect(readDraft(draftOf(channel, form), form, channel.secrets)).toEqual({
    spec: { ...channel.spec, secrets: {} },
    faults: {},
  })
})

test('a new channel begins with the defaults of its kind and says what is missing', () => {
  const { spec, faults } = readDraft(draftOf(undefined, form), form, [])
  expect(spec.settings).toEqual({ port: 587, tls: true })
  expect(faults).toEqual({
    name: 'missing',
    'settings.host': 'missing',
    'settings.to': 'missing',
    'secrets.password': 'missing',
  })
})

test('a secret is sent when typed, kept when left alone, and taken away when that is asked', () => {
  const draft = draftOf(channel, form)
  const secrets = (typed: Record<string, string>) =>
    readDraft({ ...draft, secrets: typed }, form, channel.secrets)
  expect(secrets({ password: 'new' }).spec.secrets).toEqual({ password: 'new' })
  expect(secrets({ token: '' }).spec.secrets).toEqual({ token: '' })
  expect(secrets({ password: '' }).faults).toEqual({ 'secrets.password': 'missing' })
})

test('lists and pairs are read a line each, and a line that is no pair is a fault', () => {
  const draft = draftOf(channel, form)
  const settings = (typed: Record<string, string>) =>
    readDraft({ ...draft, settings: { ...draft.settings, ...typed } }, form, channel.secrets)
  expect(settings({ to: ' x@y \n\n z@w, v@u' }).spec.settings.to).toEqual(['x@y', 'z@w', 'v@u'])
  expect(settings({ headers: 'A: 1\nB:two, three' }).spec.settings.headers).toEqual({
    A: '1',
    B: 'two, three',
  })
  expect(settings({ headers: 'nothing' }).faults).toEqual({ 'settings.headers': 'pair' })
  expect(settings({ port: 'many' }).faults).toEqual({ 'settings.port': 'number' })
})

test('a field the page has no word for is called by its name', () => {
  expect(fieldTitle('retry_after_s')).toBe('Retry after s')
})
