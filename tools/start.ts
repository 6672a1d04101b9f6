import { main } from '../packages/lumen/src/main.ts'
import { buildWeb } from './web-build.ts'

/** `npm start [-- FLAG…]`: builds the web app when its sources changed, then runs `lumen up`. */
const code = await buildWeb()
if (code !== 0) {
  process.stderr.write('lumen: the web app could not be built (see above)\n')
  process.exit(1)
}
process.exit(await main(['up', ...process.argv.slice(2)]))
