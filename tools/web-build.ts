import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BUN_ALONE, ROOT, run } from './run.ts'

/** Where the hub finds the built web app in a checkout. */
export const WEB_BUILD = join(ROOT, 'packages/web/build')
const STAMP = '.sources'
/** Packages whose source ends up in the web app. */
const SOURCES = ['packages/web', 'packages/protocol', 'packages/model', 'packages/std']

/** Builds the web app unless the build there is of these very sources. All output goes to stderr.
 * @returns 0, or the exit code of a build that failed. */
export async function buildWeb(): Promise<number> {
  const sources = hashSources()
  if (existsSync(join(WEB_BUILD, 'index.html')) && readIfThere(join(WEB_BUILD, STAMP)) === sources) return 0
  process.stderr.write('lumen: building the web app\n')
  const started = performance.now()
  const cache = join(ROOT, 'node_modules/.cache/lumen')
  const fresh = join(cache, `web-${process.pid}`)
  mkdirSync(cache, { recursive: true })
  try {
    const vite = join(ROOT, 'node_modules/vite/bin/vite.js')
    const command = [
      ...BUN_ALONE,
      vite,
      'build',
      'packages/web',
      '--outDir',
      fresh,
      '--emptyOutDir',
      '--logLevel',
      'error',
    ]
    const code = await run(command, { stdout: 'stderr', env: { NODE_ENV: 'production' } })
    if (code !== 0) return code
    if (!existsSync(join(fresh, 'index.html'))) throw new Error(`vite left no index.html in ${fresh}`)
    writeFileSync(join(fresh, STAMP), sources)
    replaceFolder(WEB_BUILD, fresh)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
  process.stderr.write(`lumen: web app built in ${((performance.now() - started) / 1000).toFixed(1)} s\n`)
  return 0
}

/** Swaps the folders with two renames, so that a hub serving from it never sees half a build. */
function replaceFolder(folder: string, fresh: string): void {
  const old = `${fresh}-old`
  if (existsSync(folder)) renameSync(folder, old)
  renameSync(fresh, folder)
  rmSync(old, { recursive: true, force: true })
}

function hashSources(): string {
  const hash = createHash('sha256')
  for (const file of [...SOURCES.flatMap(filesOf), 'package-lock.json', 'tsconfig.base.json'].sort()) {
    const content = readIfThere(join(ROOT, file))
    if (content !== undefined) hash.update(`${file}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

function filesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
    .filter((file) => !/^packages\/web\/(build|node_modules)\//.test(file))
}

function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'latin1') : undefined
}
