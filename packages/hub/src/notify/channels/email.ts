import { errorMessage } from '@lumen/std/error'
import { z } from 'zod'
import { channelKind, type SendResult } from '../channel-kind.ts'
import { choice, integer, lines, optionalSecret, optionalText, shaped } from '../form.ts'
import { oneLine } from '../http-send.ts'
import type { Message } from '../message/message.ts'
import { byChars, render } from '../message/render.ts'
import { escapeHtml, HTML, PLAIN } from '../message/styles.ts'

const address = z
  .string()
  .trim()
  .max(254)
  .regex(
    /^[^\s@<>,;:"()[\]\\]{1,64}@[^\s@<>,;:"()[\]\\]{1,190}$/,
    'is no mail address such as you@example.org',
  )

/** Mail by SMTP (RFC 5321). With STARTTLS (RFC 3207) chosen, a server that does not offer it gets nothing: somebody
 * between may have taken the offer away. The Message-ID is made of the message's key, so a repetition is recognised, and
 * what tells of an end answers what told of the beginning. */
export const email = channelKind({
  kind: 'email',
  settings: {
    host: shaped(
      'text',
      z
        .string()
        .trim()
        .regex(/^[A-Za-z0-9.:_-]{1,253}$/, 'is no name or address of a server'),
    ),
    port: integer(1, 65_535, 587),
    security: choice(['starttls', 'tls', 'none'], 'starttls'),
    username: optionalText(),
    from: shaped('text', address),
    to: lines(address, 50),
  },
  secrets: { password: optionalSecret() },
  check({ username }, { password }) {
    if ((username === undefined) === (password === undefined)) return undefined
    return username === undefined
      ? { path: 'settings.username', message: 'is missing: there is a password' }
      : { path: 'secrets.password', message: 'is missing: there is a user name' }
  },
  async send(message, { settings, secrets }, { ca, timeoutMs, signal }) {
    const { host, port, security, username } = settings
    const timeout = AbortSignal.timeout(timeoutMs)
    // 20 MB of memory that a hub without mail does not need
    const { createTransport } = await import('nodemailer')
    const transport = createTransport({
      ...{ host, port, secure: security === 'tls' },
      ...{ requireTLS: security === 'starttls', ignoreTLS: security === 'none' },
      ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
      ...{ disableFileAccess: true, disableUrlAccess: true },
      ...(username !== undefined && { auth: { user: username, pass: secrets.password ?? '' } }),
      ...(ca !== undefined && { tls: { ca } }),
    })
    try {
      const sent = await transport.sendMail({
        ...mailOf(message, settings.from),
        to: settings.to,
        signal: AbortSignal.any([signal, timeout]),
      })
      const refused = sent.rejected.length
      return refused === 0
        ? { kind: 'sent' }
        : { kind: 'sent', note: `${host} refused ${refused} of ${settings.to.length} recipients` }
    } catch (thrown) {
      if (timeout.aborted)
        return { kind: 'failed', fault: `${host} did not finish within ${timeoutMs / 1_000} s` }
      if (signal.aborted) return { kind: 'failed', fault: 'The hub is stopping' }
      return faultOf(thrown, host)
    } finally {
      transport.close()
    }
  },
})

const MOST_CHARS = 50_000

function mailOf(message: Message, from: string) {
  const idOf = (key: string) => `<${key}@${from.split('@')[1]}>`
  const text = render(message, PLAIN, byChars(MOST_CHARS))
  const html = render(message, HTML, byChars(MOST_CHARS))
  return {
    from: { name: 'Lumen', address: from },
    subject: message.title,
    date: new Date(message.at),
    messageId: idOf(message.key),
    ...(message.answersTo !== null && {
      inReplyTo: idOf(message.answersTo),
      references: [idOf(message.answersTo)],
    }),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    text,
    html: `<!doctype html><title>${escapeHtml(message.title)}</title><p>${html}</p>`,
  }
}

/** 4xx of a server is for now, 5xx for good (RFC 5321 4.2.1); what never got to a reply is for now. */
function faultOf(thrown: unknown, host: string): SendResult {
  const { responseCode, response, code } = thrown as {
    responseCode?: number
    response?: string
    code?: string
  }
  if (code === 'ETLS') {
    return { kind: 'refused', fault: `${host} offers no STARTTLS: choose the encryption it has` }
  }
  if (typeof responseCode === 'number' && responseCode >= 400) {
    const fault = `${host} answered ${oneLine(response ?? String(responseCode))}`
    return { kind: responseCode >= 500 ? 'refused' : 'failed', fault }
  }
  // Bun gives TLS faults no code of their own
  const isCertificate = code === 'ESOCKET' && /certificate|altname|issuer/i.test(errorMessage(thrown))
  const words = isCertificate ? 'its certificate is not trusted' : WORDS[code ?? '']
  return { kind: 'failed', fault: `${host}: ${words ?? 'the conversation broke off'}` }
}

const WORDS: Record<string, string> = {
  EDNS: 'its name leads nowhere',
  ECONNECTION: 'it cannot be reached, or closed the connection',
  ESOCKET: 'it cannot be reached, or closed the connection',
  ETIMEDOUT: 'it did not answer in time',
  EAUTH: 'it did not take the user name and password',
  EPROTOCOL: 'what it says is no SMTP',
}
