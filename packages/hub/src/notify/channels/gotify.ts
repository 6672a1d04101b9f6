import { channelKind } from '../channel-kind.ts'
import { secret, url } from '../form.ts'
import { resultOf, textIn } from '../http-send.ts'
import { byChars, render } from '../message/render.ts'
import { PLAIN } from '../message/styles.ts'

/** Gotify (gotify.net/api-docs): the token goes as a header, where no log of addresses keeps it. */
export const gotify = channelKind({
  kind: 'gotify',
  settings: { server: url() },
  secrets: { app_token: secret() },
  async send(message, { settings, secrets }, { http, signal }) {
    const outcome = await http.send(
      {
        url: `${settings.server.replace(/\/+$/, '')}/message`,
        headers: { 'x-gotify-key': secrets.app_token },
        body: {
          title: message.title,
          message: render(message, PLAIN, byChars(20_000)),
          priority: PRIORITIES[message.level],
          ...(message.link !== null && {
            extras: { 'client::notification': { click: { url: message.link } } },
          }),
        },
      },
      signal,
    )
    return resultOf(outcome, 'Gotify', textIn('errorDescription', 'error'))
  },
})

/** From 8 on Android makes a sound although the phone is quiet, from 4 on a sound at all. */
const PRIORITIES = { critical: 8, warning: 5, over: 4 } as const
