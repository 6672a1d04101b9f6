// `node tools/task.mjs TASK …`: what the npm scripts call. Installs what is missing, then runs the task with Bun.
import { spawn } from 'node:child_process'
import { constants, devNull } from 'node:os'
import { join } from 'node:path'
import { BUN, bootstrap, ROOT } from './bootstrap.mjs'

/** @type {Record<string, string>} */
const TASKS = {
  start: 'tools/start.ts',
  test: 'tools/test.ts',
  check: 'tools/check.ts',
  build: 'tools/build.ts',
  generate: 'tools/generate.ts',
  bench: 'bench/main.ts',
  lumen: 'packages/lumen/src/main.ts',
}

const [task, ...args] = process.argv.slice(2)
const file = TASKS[task ?? '']
if (file === undefined) {
  process.stderr.write(`lumen: no task ${task ?? ''}; there are ${Object.keys(TASKS).join(', ')}\n`)
  process.exit(2)
}
bootstrap()

// An agent gains nothing by the runtime's compiler, which costs 7 MiB: services start it without, too.
const env = task === 'lumen' && args[0] === 'agent' ? { BUN_JSC_useJIT: '0', ...process.env } : process.env
// A stray .env or bunfig.toml where somebody stands must not configure Lumen: settings come from flags, environment
// and its files.
const child = spawn(BUN, ['--no-env-file', `--config=${devNull}`, join(ROOT, file), ...args], {
  stdio: 'inherit',
  env,
  cwd: task === 'lumen' ? process.cwd() : ROOT,
})
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => child.kill(signal))
// The npm that runs us, or a shell around us, may be killed and can then not tell us.
const parent = process.ppid
if (parent !== 1)
  setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM')
  }, 500).unref()
child.on('error', (error) => {
  process.stderr.write(`lumen: cannot run ${BUN}: ${error.message}\n`)
  process.exit(3)
})
child.on('exit', (code, signal) => {
  process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal]))
})
