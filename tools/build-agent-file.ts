import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BUILD_MARK } from './build-mark.ts'
import { ROOT } from './run.ts'

export const AGENT_FILE = 'lumen-agent.js'
/** The whole agent fits into this, --explain, pinning and updates included, so that a machine with Node needs no hundred
 * megabytes. */
export const MOST_AGENT_BYTES = 200 * 1024

/** Runs as a script and as a module alike, whatever package.json stands above it. */
const BANNER = `#!/usr/bin/env node
${BUILD_MARK}
var require = typeof require === 'function' ? require : process.getBuiltinModule;
if (!process.getBuiltinModule) process.getBuiltinModule = require;`

/** Builds the agent as one script for Node ≥ 20 and Bun.
 * @throws {Error} when it is larger than MOST_AGENT_BYTES */
export async function buildAgentFile(folder: string): Promise<{ path: string; bytes: number }> {
  const built = await Bun.build({
    root: ROOT,
    entrypoints: [join(ROOT, 'packages/lumen/src/agent-file.ts')],
    target: 'node',
    format: 'cjs',
    minify: true,
    banner: BANNER,
  })
  if (!built.success) throw new Error(built.logs.map(String).join('\n'))
  const text = await built.outputs[0]!.text()
  const bytes = Buffer.byteLength(text)
  if (bytes > MOST_AGENT_BYTES)
    throw new Error(`${AGENT_FILE} has ${bytes} bytes, more than the ${MOST_AGENT_BYTES} it may have`)
  const path = join(folder, AGENT_FILE)
  mkdirSync(folder, { recursive: true })
  writeFileSync(path, text, { mode: 0o755 })
  return { path, bytes }
}
