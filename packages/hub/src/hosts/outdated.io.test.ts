import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HostSummary } from '@lumen/protocol/http/hosts'
import { frameOf, pushOf, startTestHub } from '../testing/test-hub.ts'

test('a host whose agent is older than the hub is outdated, with the line that updates it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lumen-outdated-'))
  writeFileSync(join(folder, 'lumen-linux-x64'), 'program')
  await using hub = await startTestHub({ config: { version: '0.2.0', downloads: { folders: [folder] } } })
  await hub.logIn()
  const answerFor = async (version: string) => {
    const { id, token } = await hub.addHost(`agent-${version}`)
    const agent = { version, stream: `stream-${version}`, boot: 'boot', sent_at: Date.now() }
    await hub.push(token, pushOf([frameOf(1, Date.now())], { agent }))
    const answer = await (await hub.call('GET', `/api/hosts/${id}`)).json()
    return answer as { host: HostSummary; update_command: string | null }
  }
  const old = await answerFor('0.1.9')
  expect(old.host.outdated).toBe(true)
  expect(old.update_command).toContain(
    `curl -fsSL ${hub.hub.url}/install.sh | sh -s -- --hub ${hub.hub.url} --sha256 `,
  )
  for (const version of ['0.2.0', '0.3.0']) {
    const current = await answerFor(version)
    expect([current.host.outdated, current.update_command]).toEqual([false, null])
  }
  rmSync(folder, { recursive: true })
})
