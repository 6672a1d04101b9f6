/** The store's worker, except that it dies when told to retain. */
import '../hot/worker.ts'

declare const self: Worker

const handle = self.onmessage!
self.onmessage = (event: MessageEvent<{ call: string }>) => {
  if (event.data.call === 'retain') process.exit(7)
  handle.call(self, event)
}
