import { randomUUID } from 'node:crypto'
import type { Message } from './message/message.ts'

/** What the test button sends. */
export function testMessage(at: number, publicUrl: string | undefined): Message {
  return {
    key: randomUUID(),
    answersTo: null,
    at,
    level: 'over',
    title: '🟢 Lumen: this is a test',
    items: [
      {
        headline: '🟢 This is a test: notifications from Lumen arrive here.',
        details: ['Nothing is wrong.'],
        link: publicUrl ?? null,
      },
    ],
    news: [],
    link: publicUrl ?? null,
  }
}
