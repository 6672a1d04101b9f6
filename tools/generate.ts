import { join } from 'node:path'
import { stalePages, writePages } from './reference/pages.ts'
import { ROOT } from './run.ts'

const REFERENCE = join(ROOT, 'docs/reference')

/** `npm run generate`: writes docs/reference; with `--check` only says whether it is up to date. */
if (process.argv.includes('--check')) {
  const stale = await stalePages(REFERENCE)
  for (const name of stale) console.log(`docs/reference/${name} is out of date: run npm run generate`)
  process.exit(stale.length === 0 ? 0 : 1)
}
await writePages(REFERENCE)
