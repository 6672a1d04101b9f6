import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './run.ts'

test('ending the shell that npm put around a task ends the task, too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lumen-task-'))
  // `; true` keeps the shell from replacing itself with node.
  const command = `node tools/task.mjs lumen hub --listen 127.0.0.1:0 --data ${folder}; true`
  const shell = Bun.spawn(['sh', '-c', command], { cwd: ROOT, stdout: 'pipe', stderr: 'ignore' })
  try {
    const reader = shell.stdout.getReader()
    const { value } = await reader.read()
    const url = /http:\/\/[^\s]+/.exec(new TextDecoder().decode(value))?.[0]
    expect((await fetch(`${url}/healthz`)).status).toBe(200)

    shell.kill('SIGTERM')
    while (!(await reader.read()).done);
    expect(
      await fetch(`${url}/healthz`).then(
        () => 'answers',
        () => 'gone',
      ),
    ).toBe('gone')
  } finally {
    shell.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}, 30_000)

test('a stray .env or bunfig.toml configures nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lumen-task-'))
  try {
    writeFileSync(join(folder, 'bunfig.toml'), 'preload = ["./missing.ts"]\n')
    writeFileSync(join(folder, '.env'), 'LUMEN_LOG_LEVEL=wrong\n')
    const command = ['node', join(ROOT, 'tools/task.mjs'), 'lumen', 'doctor', '--data', folder]
    const task = Bun.spawn(command, { cwd: folder, stdout: 'pipe', stderr: 'pipe' })
    expect(await new Response(task.stdout).text()).toContain('from source')
    expect(await new Response(task.stderr).text()).toBe('')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 30_000)

test('npm told to end or interrupted ends its task, whether or not a terminal told the others too', async () => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
    const folder = mkdtempSync(join(tmpdir(), 'lumen-task-'))
    const command = ['npm', 'run', '-s', 'lumen', '--', 'hub', '--listen', '127.0.0.1:0', '--data', folder]
    const npm = Bun.spawn(command, { cwd: ROOT, stdout: 'pipe', stderr: 'ignore' })
    try {
      const reader = npm.stdout.getReader()
      const { value } = await reader.read()
      expect(new TextDecoder().decode(value)).toContain('http://')

      npm.kill(signal)
      // Its end comes when the last process that holds the pipe is gone.
      while (!(await reader.read()).done);
    } finally {
      npm.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    }
  }
}, 60_000)
