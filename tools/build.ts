import { join, relative } from 'node:path'
import { buildExecutable, ownTarget, TARGETS, type Target } from './build-executable.ts'
import { ROOT } from './run.ts'
import { buildWeb } from './web-build.ts'

const USAGE = `usage: npm run build [-- --all | TARGET…]
targets: ${TARGETS.join(', ')}
`

/** `npm run build`: self-contained executables in dist/, for this platform unless told. A target whose runtime
 * cannot be had is reported and the others are still built. */
async function main(args: string[]): Promise<number> {
  const unknown = args.filter((arg) => arg !== '--all' && !TARGETS.includes(arg as Target))
  if (unknown.length > 0) {
    process.stderr.write(`no target ${unknown.join(', ')}\n${USAGE}`)
    return 2
  }
  const targets = args.includes('--all') ? TARGETS : args.length > 0 ? (args as Target[]) : [ownTarget()]
  if ((await buildWeb()) !== 0) return 1
  let failed = 0
  for (const target of targets) {
    try {
      const { path, bytes } = await buildExecutable(target, join(ROOT, 'dist'))
      console.log(`${relative(ROOT, path)}  ${(bytes / 1024 / 1024).toFixed(0)} MiB`)
    } catch (error) {
      failed += 1
      process.stderr.write(`✗ ${target}: ${error instanceof Error ? error.message : String(error)}\n`)
    }
  }
  return failed === 0 ? 0 : 1
}

process.exit(await main(process.argv.slice(2)))
