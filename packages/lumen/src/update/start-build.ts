import { chooseBuild, withoutCurrent, withoutTrial } from '@lumen/agent/update/choose-build'
import { buildPath, isSafeFolder, isWhole } from '@lumen/agent/update/update-folder'
import { readUpdateState, type UpdateState, writeUpdateState } from '@lumen/agent/update/update-state'
import { errorMessage } from '@lumen/std/error'
import type { Log } from '@lumen/std/log'
import { HAD_JIT, INSTALLED, type Program, RUNS } from './program.ts'

/** A new build has this long, a start, for its first answer from the hub. */
const TRIAL_S = 180

/** Starts the build that replaces the installed program, where there is one; its process goes on as that. Returns
 * when this very program is to run: it is such a build itself, or there is none that works. */
export async function startBuild(program: Program, version: string, log: Log): Promise<void> {
  const { dir, kind, runs } = program
  if (runs !== undefined || !isSafeFolder(dir)) return
  let state = readUpdateState(dir)
  for (;;) {
    const { run, state: next } = chooseBuild(state, version)
    if (run !== 'itself' && run.isTrial) beginWithJit(program)
    if (!save(dir, state, next, log) || run === 'itself') return
    const path = buildPath(dir, kind, run.sha256)
    let fault = 'the build is damaged or gone'
    if (isWhole(path, run.sha256)) {
      try {
        await become(program, path, run)
      } catch (error) {
        fault = `the build cannot be started: ${errorMessage(error)}`
      }
    }
    log.warn(fault, { version: run.version })
    state = run.isTrial ? withoutTrial(next, fault) : withoutCurrent(next, version, fault)
    if (!save(dir, next, state, log)) return
  }
}

/** Begins anew as what was installed, which starts the newest build. Returns where the runtime cannot: whoever
 * supervises the agent has to start it again then. */
export function startAgain({ kind, installed }: Program): void {
  const { [RUNS]: _runs, [INSTALLED]: _installed, ...environment } = asStarted()
  const { execPath, execArgv, argv, execve } = process as ReplaceableProcess
  if (execve === undefined) return
  const args = kind === 'script' ? [execPath, ...execArgv, installed] : [installed]
  execve(args[0]!, [...args, ...argv.slice(2)], environment)
}

/** The alarm of a trial is set through the C library, which Bun calls only with its compiler on; services start the
 * agent without, to save memory. So the installed program begins once more. */
function beginWithJit({ kind }: Program): void {
  const { argv, env, execPath, execve } = process as ReplaceableProcess
  const { BUN_JSC_useJIT: setting, [HAD_JIT]: had } = env
  if (kind === 'script' || setting === undefined || had !== undefined) return
  execve?.(execPath, [execPath, ...argv.slice(2)], { ...env, [HAD_JIT]: setting, BUN_JSC_useJIT: '1' })
}

/** The environment, without what was changed in it for a while. */
function asStarted(): NodeJS.ProcessEnv {
  const { [HAD_JIT]: had, ...environment } = process.env
  return had === undefined ? environment : { ...environment, BUN_JSC_useJIT: had }
}

/** False when the count of starts is not on disk: then a new build is not started, or it could be for ever. */
function save(dir: string, before: UpdateState, after: UpdateState, log: Log): boolean {
  if (JSON.stringify(before) === JSON.stringify(after)) return true
  try {
    writeUpdateState(dir, after)
    return true
  } catch (error) {
    log.warn('the state of updates cannot be kept: the installed version runs', {
      reason: errorMessage(error),
    })
    return false
  }
}

/** Never returns.
 * @throws when the build cannot be started */
async function become(
  program: Program,
  path: string,
  { sha256, isTrial }: { sha256: string; isTrial: boolean },
): Promise<void> {
  if (program.kind === 'script') return becomeScript(program, path, sha256, isTrial)
  const { alarm } = await import('./alarm.ts')
  if (isTrial) await alarm(TRIAL_S)
  try {
    const { argv, execve } = process as ReplaceableProcess
    const environment = { ...asStarted(), [RUNS]: sha256, [INSTALLED]: program.installed }
    execve?.(path, [path, ...argv.slice(2)], environment)
  } catch (error) {
    await alarm(0)
    throw error
  }
}

/** Within this process: Node before 22.15 cannot replace itself. */
async function becomeScript({ dir }: Program, path: string, sha256: string, isTrial: boolean): Promise<void> {
  process.env[RUNS] = sha256
  const guard = setTimeout(() => {
    if (readUpdateState(dir).trial?.sha256 === sha256) process.exit(1)
  }, TRIAL_S * 1_000)
  if (!isTrial) clearTimeout(guard)
  guard.unref()
  try {
    process.getBuiltinModule('node:module').createRequire(path)(path)
  } catch (error) {
    clearTimeout(guard)
    delete process.env[RUNS]
    throw error
  }
  await new Promise<never>(() => {})
}

/** execve(2), where the runtime has it: Bun, Node from 22.15. */
type ReplaceableProcess = Omit<NodeJS.Process, 'execve'> & {
  execve?: (file: string, args: readonly string[], env: NodeJS.ProcessEnv) => void
}
