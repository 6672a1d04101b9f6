import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
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
