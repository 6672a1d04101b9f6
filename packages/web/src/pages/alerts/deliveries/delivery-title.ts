import type { Delivery } from '@lumen/protocol/http/channels'

/** What a message was called, without the mark that tells its level where there is nothing but text: the page draws it. */
export function deliveryTitle({ title, level }: Pick<Delivery, 'title' | 'level'>): string {
  return level === null ? title : title.slice(title.indexOf(' ') + 1)
}
