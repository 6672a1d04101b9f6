import { z } from 'zod'
import { channelKind } from '../channel-kind.ts'
import { optionalSecret, shapedOrNone, url } from '../form.ts'
import { resultOf, textIn } from '../http-send.ts'
import { byChars, render } from '../message/render.ts'
import { PLAIN } from '../message/styles.ts'

/** Apprise API (github.com/caronc/apprise-api): a configuration it keeps under a key, or the addresses themselves with each
 * message. It answers 424 when some of its services took the message and others did not; all are tried again then. */
export const apprise = channelKind({
  kind: 'apprise',
  settings: {
    server: url(),
    config_key: shapedOrNone(
      'text',
      z
        .string()
        .trim()
        .regex(/^[\w-]{1,128}$/, 'may hold letters, digits, - and _'),
    ),
    tag: shapedOrNone(
      'text',
      z
        .string()
        .trim()
        .regex(/^[\w ,-]{1,256}$/, 'may hold letters, digits, - and _'),
    ),
  },
  secrets: { urls: optionalSecret() },
  check({ config_key: key }, { urls }) {
    if ((key === undefined) !== (urls === undefined)) return undefined
    return { path: 'settings.config_key', message: 'or the secret urls must be given, and not both' }
  },
  async send(message, { settings, secrets }, { http, signal }) {
    const server = settings.server.replace(/\/+$/, '')
    const path = settings.config_key === undefined ? '/notify' : `/notify/${settings.config_key}`
    const outcome = await http.send(
      {
        url: server + path,
        headers: { accept: 'application/json' },
        body: {
          title: message.title,
          body: render(message, PLAIN, byChars(20_000)),
          type: TYPES[message.level],
          format: 'text',
          ...(settings.tag !== undefined && { tag: settings.tag }),
          ...(secrets.urls !== undefined && { urls: secrets.urls }),
        },
      },
      signal,
    )
    const status = outcome.kind === 'answer' ? outcome.answer.status : 0
    if (status === 204)
      return { kind: 'refused', fault: 'Apprise has no service to notify for this key and tag' }
    const result = resultOf(outcome, 'Apprise', textIn('error'))
    return status === 424 && result.kind === 'refused' ? { ...result, kind: 'failed' } : result
  },
})

const TYPES = { critical: 'failure', warning: 'warning', over: 'success' } as const
