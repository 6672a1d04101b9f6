import { isObject } from '@lumen/std/is-object'
import { maybeJson } from '@lumen/std/maybe-json'
import { channelKind } from '../channel-kind.ts'
import { choice, optionalText, secret } from '../form.ts'
import { resultOf } from '../http-send.ts'
import { cutTo } from '../message/cut-to.ts'
import { byChars, render } from '../message/render.ts'
import { PLAIN } from '../message/styles.ts'

/** Pushover (pushover.net/api): 250 characters of title, 1024 of text, 512 of address. */
export const pushover = channelKind({
  kind: 'pushover',
  settings: {
    device: optionalText(25),
    critical_priority: choice(['emergency', 'high', 'normal'], 'high'),
  },
  secrets: { app_token: secret(), user_key: secret() },
  async send(message, { settings, secrets }, { http, origins, signal }) {
    // the address is its own field here
    const text = render({ ...message, link: null }, PLAIN, byChars(1_024))
    const priority = message.level === 'critical' ? PRIORITIES[settings.critical_priority] : 0
    const outcome = await http.send(
      {
        url: `${origins.pushover}/1/messages.json`,
        body: {
          token: secrets.app_token,
          user: secrets.user_key,
          title: cutTo(message.title, byChars(250)),
          message: text,
          priority,
          timestamp: Math.floor(message.at / 1_000),
          ...(priority === 2 && REPEAT),
          ...(settings.device !== undefined && { device: settings.device }),
          ...(message.link !== null &&
            message.link.length <= 512 && { url: message.link, url_title: 'Open in Lumen' }),
        },
      },
      signal,
    )
    return resultOf(outcome, 'Pushover', firstError)
  },
})

const PRIORITIES = { emergency: 2, high: 1, normal: 0 } as const
/** An emergency sounds again every minute for an hour until somebody confirms it on the phone. */
const REPEAT = { retry: 60, expire: 3_600 }

function firstError(text: string): string | undefined {
  const json = maybeJson(text)
  return isObject(json) && Array.isArray(json.errors) ? json.errors.map(String).join(', ') : undefined
}
