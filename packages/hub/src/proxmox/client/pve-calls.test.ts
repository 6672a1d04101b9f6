import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import type { ApiCall } from './call.ts'
import { PVE } from './pve-calls.ts'

const { endpoints } = JSON.parse(
  readFileSync(new URL('../../../../../fixtures/proxmox/api-get.json', import.meta.url), 'utf8'),
) as { endpoints: Record<string, { parameters: Record<string, unknown> }> }

/** The documentation names the last parameter of some paths otherwise. */
const plain = (path: string) => path.replace(/\{[^}]+\}/g, '{}')
const DOCUMENTED = new Map(Object.entries(endpoints).map(([path, shape]) => [plain(path), shape]))

test.each(Object.entries(PVE) as [string, ApiCall][])(
  '%s is a documented call with documented parameters',
  (_, call) => {
    const shape = DOCUMENTED.get(plain(call.path))
    expect(shape).toBeDefined()
    for (const name of call.query) expect(Object.keys(shape!.parameters)).toContain(name)
  },
)
