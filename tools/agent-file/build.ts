import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { minify } from 'vite'
import { BUILD_MARK } from '../build-mark.ts'
import { ROOT } from '../run.ts'
import { builtinsByName } from './builtins.ts'
import { nameUndefined } from './name-undefined.ts'
import { sourcesReduced } from './sources.ts'

export const AGENT_FILE = 'lumen-agent.js'
/** The same agent with --explain and --auto-update, which are kept out of the other for its size. */
export const FULL_FILE = 'lumen-agent-full.js'
/** The whole agent fits into this, so that a machine with Node needs no hundred megabytes. */
export const MOST_AGENT_BYTES = 150 * 1024
export const MOST_FULL_BYTES = 184 * 1024

/** Runs as a script and as a module alike, whatever package.json stands above it. Node has `getBuiltinModule` since
 * 20.16. */
const BANNER = `#!/usr/bin/env node
${BUILD_MARK}
if (!process.getBuiltinModule) process.getBuiltinModule = require;
`

/** Builds the agent as one script for Node ≥ 20 and Bun.
 * @throws {Error} when it is larger than MOST_AGENT_BYTES */
export async function buildAgentFile(folder: string): Promise<{ path: string; bytes: number }> {
  return write(folder, AGENT_FILE, await bundle({ isFull: false }), MOST_AGENT_BYTES)
}

/** Builds the same with --explain and --auto-update.
 * @throws {Error} when it is larger than MOST_FULL_BYTES */
export async function buildFullAgentFile(folder: string): Promise<{ path: string; bytes: number }> {
  return write(folder, FULL_FILE, await bundle({ isFull: true }), MOST_FULL_BYTES)
}

/** Bun puts the modules into one scope; the minifier that comes with Vite finds 2 % more than Bun's own. */
async function bundle({ isFull }: { isFull: boolean }): Promise<string> {
  const built = await Bun.build({
    root: ROOT,
    entrypoints: [join(ROOT, 'packages/lumen/src/agent-file.ts')],
    target: 'node',
    format: 'cjs',
    minify: true,
    plugins: [builtinsByName, sourcesReduced({ isFull })],
  })
  if (!built.success) throw new Error(built.logs.map(String).join('\n'))
  const { code, errors } = await minify(AGENT_FILE, await built.outputs[0]!.text(), {
    compress: { target: 'node20' },
    mangle: { toplevel: true },
  })
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'))
  return BANNER + nameUndefined(code)
}

function write(
  folder: string,
  name: string,
  text: string,
  mostBytes: number,
): { path: string; bytes: number } {
  const bytes = Buffer.byteLength(text)
  if (bytes > mostBytes) throw new Error(`${name} has ${bytes} bytes, more than the ${mostBytes} it may have`)
  const path = join(folder, name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(path, text, { mode: 0o755 })
  return { path, bytes }
}
