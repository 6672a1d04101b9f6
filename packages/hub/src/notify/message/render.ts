import { cutText, type Message, type MessageItem } from './message.ts'

/** How a service writes text. */
export interface Style {
  escape(text: string): string
  strong(escaped: string): string
  link(url: string, label: string): string
  /** Between lines, and between items. */
  newline: string
}

/** What a service takes at most, and how it counts. */
export interface Room {
  most: number
  size: (text: string) => number
}

export const byChars = (most: number): Room => ({ most, size: (text) => text.length })
export const byBytes = (most: number): Room => ({ most, size: (text) => Buffer.byteLength(text) })

/** A message's text in a style, never larger than there is room for: details go first, then items from the end, of which
 * the number stays. */
export function render(message: Message, style: Style, room: Room): string {
  const whole = assemble(message, style, message.items.length, true)
  if (room.size(whole) <= room.most) return whole
  let fits = 0
  let misses = message.items.length + 1
  while (misses - fits > 1) {
    const count = Math.floor((fits + misses) / 2)
    if (room.size(assemble(message, style, count, false)) <= room.most) fits = count
    else misses = count
  }
  if (fits > 0) return assemble(message, style, fits, false)
  return shortest(message, style, room)
}

function assemble(message: Message, style: Style, count: number, hasDetails: boolean): string {
  const blocks = message.items.slice(0, count).map((item) => block(item, style, hasDetails))
  const rest = message.items.length - count
  if (rest > 0) blocks.push(style.escape(`… and ${rest} more`))
  if (message.link !== null) blocks.push(style.link(message.link, 'Open in Lumen'))
  return blocks.join(hasDetails ? style.newline + style.newline : style.newline)
}

function block({ headline, details }: MessageItem, style: Style, hasDetails: boolean): string {
  const first = style.strong(style.escape(headline))
  return hasDetails ? [first, ...details.map(style.escape)].join(style.newline) : first
}

/** Not one headline fits as it is: as much of the first as does. */
function shortest(message: Message, style: Style, room: Room): string {
  const rest = message.items.length - 1
  const tail = rest > 0 ? `… and ${rest} more` : '…'
  const headline = message.items[0]?.headline ?? message.title
  for (let most = headline.length; most > 0; most = Math.floor(most * 0.9)) {
    const text = style.escape(`${cutText(headline, most)}${tail}`)
    if (room.size(text) <= room.most) return text
  }
  return ''
}
