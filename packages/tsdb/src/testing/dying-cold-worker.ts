/** The worker of the cold tier, except that it dies when told to seal, once for each data directory. */
import '../cold/worker.ts'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

declare const self: Worker

const handle = self.onmessage!
let mark = ''
self.onmessage = (event: MessageEvent<{ dir?: string; call?: string }>) => {
  if (event.data.dir !== undefined) mark = join(event.data.dir, 'died-once')
  if (event.data.call === 'seal' && !existsSync(mark)) {
    writeFileSync(mark, '')
    process.exit(7)
  }
  handle.call(self, event)
}
