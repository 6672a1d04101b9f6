import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { minify } from 'vite'
import { ROOT } from '../run.ts'
import { builtinsByName } from './builtins.ts'
import { nameUndefined } from './name-undefined.ts'
import { sourcesReduced } from './sources.ts'

export const AGENT_FILE = 'lumen-agent.js'
/** The same agent with --explain: what is kept out of the other for its size. */
export const EXPLAINING_FILE = 'lumen-agent-explain.js'
/** The whole agent fits into this, so that a machine with Node needs no hundred megabytes. */
export const MOST_AGENT_BYTES = 150 * 1024

/** Runs as a script and as a module alike, whatever package.json stands above it. Node has `getBuiltinModule` since
 * 20.16. */
const BANNER = `#!/usr/bin/env node
if (!process.getBuiltinModule) process.getBuiltinModule = require;
`

/** Builds the agent as one script for Node ≥ 20 and Bun.
 * @throws {Error} when it is larger than MOST_AGENT_BYTES */
export async function buildAgentFile(folder: string): Promise<{ path: string; bytes: number }> {
  const text = await bundle({ canExplain: false })
  const bytes = Buffer.byteLength(text)
  if (bytes > MOST_AGENT_BYTES)
    throw new Error(`${AGENT_FILE} has ${bytes} bytes, more than the ${MOST_AGENT_BYTES} it may have`)
  return write(folder, AGENT_FILE, text)
}

/** Builds the same with --explain. */
export async function buildExplainingFile(folder: string): Promise<{ path: string; bytes: number }> {
  return write(folder, EXPLAINING_FILE, await bundle({ canExplain: true }))
}

/** Bun puts the modules into one scope; the minifier that comes with Vite finds 2 % more than Bun's own. */
async function bundle({ canExplain }: { canExplain: boolean }): Promise<string> {
  const built = await Bun.build({
    root: ROOT,
    entrypoints: [join(ROOT, 'packages/lumen/src/agent-file.ts')],
    target: 'node',
    format: 'cjs',
    minify: true,
    plugins: [builtinsByName, sourcesReduced({ canExplain })],
  })
  if (!built.success) throw new Error(built.logs.map(String).join('\n'))
  const { code, errors } = await minify(AGENT_FILE, await built.outputs[0]!.text(), {
    compress: { target: 'node20' },
    mangle: { toplevel: true },
  })
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'))
  return BANNER + nameUndefined(code)
}

function write(folder: string, name: string, text: string): { path: string; bytes: number } {
  const path = join(folder, name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(path, text, { mode: 0o755 })
  return { path, bytes: Buffer.byteLength(text) }
}
