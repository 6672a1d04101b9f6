import { z } from 'zod'
import { channelKind } from '../channel-kind.ts'
import { choice, optionalSecret, shaped, url } from '../form.ts'
import { resultOf, textIn } from '../http-send.ts'
import { cutTo } from '../message/cut-to.ts'
import { byBytes, render } from '../message/render.ts'
import { PLAIN } from '../message/styles.ts'

/** ntfy, by JSON to the root of the server (docs.ntfy.sh/publish). Since 2.16 a message of the same sequence id replaces
 * the one before, so a repetition after a crash is seen once; older servers ignore the id. */
export const ntfy = channelKind({
  kind: 'ntfy',
  settings: {
    server: url('https://ntfy.sh'),
    topic: shaped('text', z.string().regex(/^[-_A-Za-z0-9]{1,64}$/, 'may hold letters, digits, - and _')),
    critical_priority: choice(['max', 'high', 'default'], 'max'),
  },
  secrets: { token: optionalSecret() },
  async send(message, { settings, secrets }, { http, signal }) {
    const link = message.link
    const outcome = await http.send(
      {
        url: settings.server,
        headers: secrets.token === undefined ? {} : { authorization: `Bearer ${secrets.token}` },
        body: {
          topic: settings.topic,
          title: cutTo(message.title, byBytes(250)),
          message: render(message, PLAIN, byBytes(4_000)),
          priority: message.level === 'critical' ? PRIORITIES[settings.critical_priority] : 3,
          tags: ['lumen', message.level],
          sequence_id: message.key.replaceAll('-', ''),
          ...(link !== null && {
            click: link,
            actions: [{ action: 'view', label: 'Open in Lumen', url: link }],
          }),
        },
      },
      signal,
    )
    return resultOf(outcome, 'ntfy', textIn('error'))
  },
})

const PRIORITIES = { max: 5, high: 4, default: 3 } as const
