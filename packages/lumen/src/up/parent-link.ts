import { errorMessage, LumenError } from '@lumen/std/error'
import { encodeLine, type HubNews, type HubOrder } from './hub-message.ts'
import { eachLine } from './lines.ts'

/** The hub's end of the pipe to `lumen up`. */
export interface ParentLink {
  order: HubOrder
  /** Resolves when the parent has closed the pipe or is gone. */
  ended: Promise<void>
}

/** Waits for the order on stdin.
 * @throws {LumenError} `parent_gone` when the pipe ends before it came. */
export async function openParentLink(stdin: ReadableStream<Uint8Array>): Promise<ParentLink> {
  const order = Promise.withResolvers<HubOrder>()
  let isFirst = true
  const ended = eachLine(stdin, (line) => {
    if (isFirst) order.resolve(JSON.parse(line) as HubOrder)
    isFirst = false
  }).catch((error) => {
    order.reject(new LumenError('parent_gone', `Cannot read from lumen up: ${errorMessage(error)}`))
  })
  ended.then(() => order.reject(new LumenError('parent_gone', 'lumen up ended before it sent its order')))
  return { order: await order.promise, ended }
}

/** Tells the parent. A parent that is gone is noticed by `ended`, not here. */
export async function tellParent(news: HubNews): Promise<void> {
  await Bun.write(Bun.stdout, encodeLine(news)).catch(() => {})
}
