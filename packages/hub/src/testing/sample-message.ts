import type { Alert } from '@lumen/protocol/http/alerts/alert'
import type { NoticeKind } from '../alerting/notice.ts'
import { composeMessage, type Message } from '../notify/message/message.ts'
import { gather } from '../notify/message/news.ts'
import { NOTICE_TIME, sampleNotice } from './sample-notice.ts'

export const MESSAGE_KEY = '0b5f2a34-5f0c-4c1e-9d53-6f6f1c2a7e11'

/** A message of these notices, as a delivery has it. */
export function sampleMessage(
  notices: readonly (readonly [kind: NoticeKind, alert?: Partial<Alert>])[],
  given: Partial<Pick<Message, 'key' | 'answersTo'>> & { publicUrl?: string } = {},
): Message {
  return composeMessage({
    ...{ key: MESSAGE_KEY, answersTo: null, publicUrl: 'https://lumen.example', ...given },
    at: NOTICE_TIME,
    news: gather(notices.map(([kind, alert]) => sampleNotice(kind, alert))),
  })
}
