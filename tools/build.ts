import { join, relative } from 'node:path'
import { AGENT_FILE, buildAgentFile, buildFullAgentFile, FULL_FILE } from './agent-file/build.ts'
import { buildExecutable, ownTarget, TARGETS, type Target } from './build-executable.ts'
import { ROOT } from './run.ts'
import { buildWeb } from './web-build.ts'

const USAGE = `usage: npm run build [-- --all | TARGET…]
targets: ${TARGETS.join(', ')}
`

/** `npm run build`: self-contained executables in dist/, for this platform unless told, and the agent as one script. A target whose runtime
 * cannot be had is reported and the others are still built. */
async function main(args: string[]): Promise<number> {
  const unknown = args.filter((arg) => arg !== '--all' && !TARGETS.includes(arg as Target))
  if (unknown.length > 0) {
    process.stderr.write(`no target ${unknown.join(', ')}\n${USAGE}`)
    return 2
  }
  const targets = args.includes('--all') ? TARGETS : args.length > 0 ? (args as Target[]) : [ownTarget()]
  if ((await buildWeb()) !== 0) return 1
  const dist = join(ROOT, 'dist')
  let failed = 0
  const attempt = async (name: string, build: () => Promise<{ path: string; bytes: number }>) => {
    try {
      const { path, bytes } = await build()
      console.log(`${relative(ROOT, path)}  ${sizeText(bytes)}`)
    } catch (error) {
      failed += 1
      process.stderr.write(`✗ ${name}: ${error instanceof Error ? error.message : String(error)}\n`)
    }
  }
  await attempt(AGENT_FILE, () => buildAgentFile(dist))
  await attempt(FULL_FILE, () => buildFullAgentFile(dist))
  for (const target of targets) await attempt(target, () => buildExecutable(target, dist))
  return failed === 0 ? 0 : 1
}

function sizeText(bytes: number): string {
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(0)} KiB` : `${(bytes / 1024 ** 2).toFixed(0)} MiB`
}

process.exit(await main(process.argv.slice(2)))
