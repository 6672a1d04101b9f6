import { expect, test } from 'bun:test'
import { systemClock } from '@lumen/std/clock'
import { testCertificate } from '@lumen/testkit/recording-http'
import { type RecordingSmtp, type SmtpOptions, startRecordingSmtp } from '@lumen/testkit/recording-smtp'
import { NO_DEVICES } from '../../testing/no-devices.ts'
import { MESSAGE_KEY, sampleMessage } from '../../testing/sample-message.ts'
import type { SendResult } from '../channel-kind.ts'
import { checkChannel } from '../check-channel.ts'
import type { Message } from '../message/message.ts'
import { Sender } from '../sender.ts'

const LOGIN = { user: 'lumen', password: 'hunter2-hunter2' }

async function send(
  server: RecordingSmtp,
  settings: Record<string, unknown> = {},
  message: Message = sampleMessage([['fired']]),
  given: { ca?: string | undefined; timeoutMs?: number; password?: string } = {},
): Promise<SendResult> {
  const { ca = testCertificate().cert, timeoutMs = 20_000, password } = given
  using sender = new Sender({ clock: systemClock, devices: NO_DEVICES, ca, timeoutMs })
  const { spec, secrets } = checkChannel({
    ...{ name: 'mail', kind: 'email', is_enabled: true, is_default: true, least_level: 'warning' },
    settings: {
      ...{ host: '127.0.0.1', port: server.port, security: 'none' },
      ...{ from: 'lumen@home.example', to: ['ada@home.example'], ...settings },
    },
    secrets: password === undefined ? {} : { password },
  })
  return await sender.send({ spec, secrets, isLost: false }, message, [])
}

test.each<[string, SmtpOptions]>([
  ['tls', { security: 'tls', login: LOGIN }],
  ['starttls', { security: 'starttls', login: LOGIN }],
  ['none', { security: 'none', login: LOGIN }],
])('a mail goes out with %s, logged in, whole', async (security, options) => {
  await using server = await startRecordingSmtp(options)
  const to = ['ada@home.example', 'grace@home.example']
  const result = await send(server, { security, username: LOGIN.user, to }, undefined, {
    password: LOGIN.password,
  })
  expect(result).toEqual({ kind: 'sent' })
  expect(server.mails).toMatchObject([
    { from: 'lumen@home.example', to, user: 'lumen', isEncrypted: security !== 'none' },
  ])
  const { raw } = server.mails[0]!
  expect(raw).toContain(`Message-ID: <${MESSAGE_KEY}@home.example>`)
  expect(raw).toContain('Auto-Submitted: auto-generated')
  expect(raw).toContain('multipart/alternative')
  if (security === 'none') return
  const plain = server.lines.filter(({ isEncrypted }) => !isEncrypted).map(({ text }) => text)
  expect(plain.filter((line) => !/^(EHLO|STARTTLS)/.test(line))).toEqual([])
})

test('a server that does not offer STARTTLS gets neither password nor mail', async () => {
  await using server = await startRecordingSmtp({ security: 'starttls', login: LOGIN, hidesStartTls: true })
  const result = await send(server, { security: 'starttls', username: LOGIN.user }, undefined, {
    password: LOGIN.password,
  })
  expect(result).toMatchObject({ kind: 'refused', fault: expect.stringContaining('offers no STARTTLS') })
  expect(server.mails).toEqual([])
  expect(server.lines.filter(({ text }) => /^(AUTH|MAIL|DATA)/.test(text))).toEqual([])
})

test.each(['tls', 'starttls'] as const)(
  'a certificate nobody vouches for ends it before the password (%s)',
  async (security) => {
    await using server = await startRecordingSmtp({ security, login: LOGIN })
    const result = await send(server, { security, username: LOGIN.user }, undefined, {
      password: LOGIN.password,
      ca: testCertificate('hub.lan').cert,
    })
    expect(result).toMatchObject({ kind: 'failed', fault: expect.stringContaining('certificate') })
    expect(server.lines.filter(({ text }) => !/^(EHLO|STARTTLS)/.test(text))).toEqual([])
  },
)

test('an end answers the mail that told of the beginning', async () => {
  await using server = await startRecordingSmtp()
  const key = 'c2b9a9f4-0000-4c1e-9d53-6f6f1c2a7e11'
  await send(server, {}, sampleMessage([['resolved']], { key, answersTo: MESSAGE_KEY }))
  expect(server.mails[0]?.raw).toContain(`In-Reply-To: <${MESSAGE_KEY}@home.example>`)
  expect(server.mails[0]?.raw).toContain(`References: <${MESSAGE_KEY}@home.example>`)
})

test('no name can add a header, a recipient or a tag', async () => {
  await using server = await startRecordingSmtp()
  const evil = 'x\r\nBcc: eve@evil.example\r\n\r\n<script>alert(1)</script>'
  await send(server, {}, sampleMessage([['fired', { host: evil, rule: evil, summary: evil }]]))
  const { raw, to } = server.mails[0]!
  expect(to).toEqual(['ada@home.example'])
  const [head = '', ...parts] = raw.split('\r\n\r\n')
  expect(head).not.toMatch(/^bcc:/im)
  const html = decoded(parts.at(-1) ?? '')
  expect(html).not.toContain('<script>')
  expect(html).toContain('&lt;script&gt;')
})

test.each([
  ['MAIL', '421 4.3.2 shutting down', 'failed', '421 4.3.2 shutting down'],
  ['MAIL', '550 5.7.1 not from here', 'refused', '550 5.7.1 not from here'],
  ['RCPT', '450 4.2.0 greylisted', 'failed', '450 4.2.0 greylisted'],
  ['RCPT', '550 5.1.1 no such user', 'refused', '550 5.1.1 no such user'],
  ['DATA', '452 4.3.1 disk full', 'failed', '452 4.3.1 disk full'],
  ['END', '451 4.3.0 try later', 'failed', '451 4.3.0 try later'],
  ['END', '554 5.7.1 spam', 'refused', '554 5.7.1 spam'],
  ['CONNECT', '554 5.3.2 go away', 'refused', '554 5.3.2 go away'],
  ['CONNECT', 'drop', 'failed', ''],
  ['END', 'take-and-drop', 'failed', ''],
  ['CONNECT', 'hello this is no smtp', 'failed', ''],
] as const)('%s answered “%s” is %s', async (stage, reply, kind, said) => {
  await using server = await startRecordingSmtp()
  server.script(stage, reply)
  expect(await send(server)).toMatchObject({ kind, fault: expect.stringContaining(said) })
})

test.each(['CONNECT', 'EHLO', 'RCPT', 'DATA', 'END'] as const)(
  'silence at %s ends in time',
  async (stage) => {
    await using server = await startRecordingSmtp()
    server.script(stage, 'hang')
    const result = await send(server, {}, undefined, { timeoutMs: 300 })
    expect(result).toMatchObject({
      kind: 'failed',
      fault: expect.stringMatching(/in time|within 0.3 s|cannot be reached/),
    })
  },
)

test('one refused recipient of two does not keep the mail from the other', async () => {
  await using server = await startRecordingSmtp()
  server.script('RCPT', '550 5.1.1 no such user')
  const result = await send(server, { to: ['gone@home.example', 'ada@home.example'] })
  expect(result).toEqual({ kind: 'sent', note: '127.0.0.1 refused 1 of 2 recipients' })
  expect(server.mails[0]?.to).toEqual(['ada@home.example'])
})

test('a wrong password is refused and does not show', async () => {
  await using server = await startRecordingSmtp({ security: 'tls', login: LOGIN })
  server.script(
    'AUTH',
    `535 5.7.8 wrong: ${Buffer.from('\0lumen\0not-the-password').toString('base64')} not-the-password`,
  )
  const result = await send(server, { security: 'tls', username: LOGIN.user }, undefined, {
    password: 'not-the-password',
  })
  expect(result).toMatchObject({ kind: 'refused', fault: expect.stringContaining('535 5.7.8') })
  expect(JSON.stringify(result)).not.toContain('not-the-password')
  expect(JSON.stringify(result)).not.toContain('AGx1bWVu')
})

/** Quoted-printable and base64 bodies as they read. */
function decoded(raw: string): string {
  const quoted = raw
    .replace(/=\r\n/g, '')
    .replace(/(?:=[0-9A-F]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll('=', ''), 'hex').toString('utf8'))
  const base64 = [...raw.matchAll(/base64\r\n\r\n([A-Za-z0-9+/=\r\n]+)/g)].map(([, body]) =>
    Buffer.from(body!, 'base64').toString('utf8'),
  )
  return [quoted, ...base64].join('\n')
}
