import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MARK_BEGIN } from '@lumen/hub/downloads/mark-finder'
import { VERSION } from '@lumen/lumen/version'
import type { AgentEvent } from '@lumen/protocol/agent/events'
import type { HubClient } from '@lumen/testkit/hub-client'

/** A build that calls itself something else. Both texts are of one length: nothing else moves in an executable. */
export function anotherVersion(path: string, version: string): Buffer {
  if (version.length !== VERSION.length) throw new Error(`${version} is not as long as ${VERSION}`)
  const bytes = readFileSync(path)
  const [from, to] = [Buffer.from(VERSION), Buffer.from(version)]
  for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 1)) to.copy(bytes, at)
  return bytes
}

/** A program of that version that ends at once. */
export function deadBuild(version: string, kind: 'script' | 'executable'): Buffer {
  const mark = `${MARK_BEGIN}${version}@`
  return Buffer.from(kind === 'script' ? `/* ${mark} */ process.exit(1)\n` : `#!/bin/sh\n# ${mark}\nexit 1\n`)
}

/** Offers a build from now on, all of it at once. */
export function offer(folder: string, name: string, bytes: Buffer): void {
  writeFileSync(join(folder, `${name}.new`), bytes, { mode: 0o755 })
  renameSync(join(folder, `${name}.new`), join(folder, name))
}

/** What a host's events say of updates, oldest first. */
export async function updatesOf(admin: HubClient, id: number): Promise<AgentEvent['detail'][]> {
  const { events } = await admin.call<{ events: AgentEvent[] }>('GET', `/api/hosts/${id}/events`)
  return events.filter(({ type }) => type === 'update').map(({ detail }) => detail)
}
