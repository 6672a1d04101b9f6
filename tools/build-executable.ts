import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { executableName, platformName } from '@lumen/lumen/platform'
import type { BunPlugin } from 'bun'
import { BUILD_MARK } from './build-mark.ts'
import { isSigned, signed } from './mach-o/signature.ts'
import { ROOT } from './run.ts'
import { WEB_BUILD } from './web-build.ts'

/** Platforms an executable can be built for; `-musl` is for Alpine and its kin. */
export const TARGETS = [
  'linux-x64',
  'linux-arm64',
  'linux-x64-musl',
  'linux-arm64-musl',
  'darwin-x64',
  'darwin-arm64',
  'windows-x64',
] as const
export type Target = (typeof TARGETS)[number]

const WORKER = /new URL\(\s*(['"])(\.[^'"\n]+?)\.ts\1\s*,\s*import\.meta\.url\s*\)/g

/** The target this machine runs. */
export function ownTarget(): Target {
  const name = platformName()
  const target = TARGETS.find((candidate) => candidate === name)
  if (target === undefined) throw new Error(`no executable can be built for ${name}`)
  return target
}

/** Builds one executable that holds the runtime, the program, its workers and the built web app.
 * @returns its path and size. */
export async function buildExecutable(
  target: Target,
  folder: string,
): Promise<{ path: string; bytes: number }> {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, executableName(target))
  const scratch = join(folder, `.${target}-${process.pid}`)
  try {
    const built = await Bun.build({
      root: ROOT,
      entrypoints: [join(ROOT, 'packages/lumen/src/main.ts'), ...workerFiles()],
      plugins: [embeddedWorkers],
      minify: true,
      // What a role does not load stays on the disk: as one bundle an agent parses and keeps the hub's code as well.
      splitting: true,
      banner: BUILD_MARK,
      sourcemap: 'inline',
      compile: {
        target: `bun-${target}`,
        outfile: join(scratch, executableName(target)),
        assets: [WEB_BUILD],
        // Settings come from flags, the environment and Lumen's own files, never from where one stands.
        autoloadDotenv: false,
        autoloadBunfig: false,
        // Only so that a module which is not part of it, DuckDB, finds its own parts.
        autoloadPackageJson: true,
      },
    })
    if (!built.success) throw new Error(built.logs.map(String).join('\n'))
    if (target.startsWith('darwin')) signAsNeeded(join(scratch, executableName(target)))
    renameSync(join(scratch, executableName(target)), path)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  return { path, bytes: statSync(path).size }
}

/** Bun signs what it builds for arm64; in the one for x64 it leaves the runtime's own signature, which is stale. */
function signAsNeeded(path: string): void {
  const built = readFileSync(path)
  if (!isSigned(built)) writeFileSync(path, signed(built, 'lumen'))
}

/** Source files that other sources start as workers, `new Worker(new URL('./worker.ts', import.meta.url))`. */
export function workerFiles(): string[] {
  const sources = new Bun.Glob('packages/{std,tsdb,agent,hub,lumen}/src/**/*.ts').scanSync({ cwd: ROOT })
  const workers = [...sources]
    .filter((file) => !file.endsWith('.test.ts') && !file.includes('/testing/'))
    .flatMap((file) => {
      const text = readFileSync(join(ROOT, file), 'utf8')
      return [...text.matchAll(WORKER)].map((match) => resolve(ROOT, dirname(file), `${match[2]}.ts`))
    })
  return [...new Set(workers)].sort()
}

/** In the executable every worker is a bundle of its own under its path in the checkout, and the program is one
 * bundle at the top: a path relative to a source file becomes one relative to the top. */
const embeddedWorkers: BunPlugin = {
  name: 'embedded-workers',
  setup(build) {
    build.onLoad({ filter: /[/\\]packages[/\\][^/\\]+[/\\]src[/\\].*\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8').replace(WORKER, (_whole, _quote, name: string) => {
        const worker = relative(ROOT, resolve(dirname(path), `${name}.js`))
          .split(sep)
          .join('/')
        return `new URL('./${worker}', import.meta.url)`
      })
      return { contents: text, loader: 'ts' }
    })
  },
}
