// Plain Node, no dependencies: this runs before anything is installed.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
export const BUN = join(ROOT, 'node_modules', 'bun', 'bin', 'bun.exe')
export const OLDEST_NODE = 20

/** What keeps this Node from running the tools, or undefined.
 * @param {string} version */
export function nodeFault(version) {
  const major = Number.parseInt(version, 10)
  if (major >= OLDEST_NODE) return undefined
  return `Lumen needs Node ${OLDEST_NODE} or newer to set itself up; this is Node ${version}. Install a newer one from https://nodejs.org and run the command again.`
}

/** Why what is installed is not what the lock file wants, or undefined. Optional packages do not count: which
 * of them npm installs depends on the platform. Both arguments are the text of a lock file.
 * @param {string | undefined} wantedLock
 * @param {string | undefined} installedLock
 * @returns {string | undefined} */
export function installFault(wantedLock, installedLock) {
  if (installedLock === undefined) return 'nothing is installed yet'
  if (wantedLock === undefined) return undefined
  const wanted = JSON.parse(wantedLock).packages ?? {}
  const installed = JSON.parse(installedLock).packages ?? {}
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.startsWith('node_modules/') || entry.optional || entry.devOptional) continue
    const name = path.slice('node_modules/'.length)
    if (installed[path] === undefined) return `${name} is missing`
    if (installed[path].version !== entry.version)
      return `${name} is ${installed[path].version}, wanted ${entry.version}`
  }
  return undefined
}

/** Installs what is missing and makes sure Bun runs. All output goes to stderr: stdout belongs to the command.
 * Ends the process with 3 when the machine cannot do it. */
export function bootstrap() {
  const tooOld = nodeFault(process.versions.node)
  if (tooOld !== undefined) refuse(tooOld)
  const lock = readIfThere(join(ROOT, 'package-lock.json'))
  const fault = installFault(lock, readIfThere(join(ROOT, 'node_modules', '.package-lock.json')))
  if (fault !== undefined) install(fault, lock !== undefined)
  if (!bunRuns()) repairBun()
}

/** @param {string} reason
 * @param {boolean} hasLock */
function install(reason, hasLock) {
  say(`installing dependencies (${reason})`)
  const options = ['--no-audit', '--no-fund', '--include=dev', '--include=optional', '--loglevel=error']
  const started = Date.now()
  let { status, error } = npm([hasLock ? 'ci' : 'install', ...options])
  if (status !== 0 && hasLock && error === undefined) {
    // A registry that lacks an optional package of another platform makes npm ci give up; npm install passes over it.
    say('npm ci failed; trying npm install')
    ;({ status, error } = npm(['install', '--no-save', ...options]))
  }
  if (error !== undefined) refuse(`Cannot run npm: ${error.message}. Install npm and run the command again.`)
  if (status !== 0)
    refuse('npm could not install (see above). Mend what it names, then run the command again.')
  say(`dependencies installed in ${Math.round((Date.now() - started) / 1000)} s`)
}

/** Runs the npm that runs us where there is one, else the one on the path.
 * @param {string[]} args */
function npm(args) {
  /** @type {import('node:child_process').SpawnSyncOptions} */
  const options = { cwd: ROOT, stdio: ['ignore', 2, 2] }
  const running = process.env.npm_execpath
  if (running !== undefined && /npm-cli\.[cm]?js$/.test(running) && existsSync(running))
    return spawnSync(process.execPath, [running, ...args], options)
  return spawnSync('npm', args, { ...options, shell: process.platform === 'win32' })
}

/** The npm package puts the real executable in place in its install script, which may have been skipped
 * (ignore-scripts, a copied folder). */
function repairBun() {
  say('putting the Bun runtime in place')
  const script = join(ROOT, 'node_modules', 'bun', 'install.js')
  const { status } = spawnSync(process.execPath, [script], {
    cwd: dirname(script),
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0 || !bunRuns())
    refuse(
      `The Bun runtime in node_modules/bun does not run on this machine (${process.platform} ${process.arch}). Delete node_modules and run the command again; Lumen needs Linux, macOS or Windows on x64 or arm64.`,
    )
}

function bunRuns() {
  return existsSync(BUN) && spawnSync(BUN, ['--version'], { stdio: 'ignore' }).status === 0
}

/** @param {string} path */
function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined
    throw error
  }
}

/** @param {string} text */
function say(text) {
  process.stderr.write(`lumen: ${text}\n`)
}

/** @param {string} text
 * @returns {never} */
function refuse(text) {
  say(text)
  process.exit(3)
}
