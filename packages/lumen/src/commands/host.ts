import type { AdminHost } from '@lumen/hub/admin/admin'
import { adminOf } from '../admin.ts'
import type { Settings } from '../cli/options.ts'
import { EXIT, UsageError } from '../cli/refusal.ts'
import { nearest } from '../cli/suggest.ts'
import { print } from '../print.ts'

const ACTIONS = ['add', 'list', 'rotate', 'remove'] as const
type Action = (typeof ACTIONS)[number]

/** `lumen host …`. A token goes to stdout alone, everything else that is said to stderr. */
export async function host(operands: readonly string[], settings: Settings): Promise<number> {
  const { action, name } = parse(operands)
  await using admin = await adminOf(settings, action === 'add')
  switch (action) {
    case 'list':
      await print(table(await admin.listHosts()))
      return EXIT.done
    case 'add':
      await print(`${(await admin.addHost(name)).token}\n`)
      return EXIT.done
    case 'rotate':
      await print(`${(await admin.rotateHost(name)).token}\n`)
      return EXIT.done
    case 'remove':
      await admin.removeHost(name)
      process.stderr.write(`host ${name} removed\n`)
      return EXIT.done
  }
}

function parse([action = '', name, ...more]: readonly string[]): { action: Action; name: string } {
  const known = ACTIONS.find((candidate) => candidate === action)
  if (known === undefined) {
    const meant = nearest(action, ACTIONS)
    throw new UsageError(
      `lumen host takes add, list, rotate or remove.${meant ? ` Did you mean "lumen host ${meant}"?` : ''}`,
    )
  }
  if (known === 'list' && name !== undefined) throw new UsageError('lumen host list takes no name.')
  if (known !== 'list' && name === undefined)
    throw new UsageError(`Which host? Write lumen host ${known} NAME.`)
  if (more.length > 0) throw new UsageError('One name at a time; put quotes around a name with spaces.')
  return { action: known, name: name ?? '' }
}

function table(hosts: readonly AdminHost[]): string {
  if (hosts.length === 0) return ''
  const width = Math.max(...hosts.map(({ name }) => name.length))
  return hosts
    .map(({ id, name, state, last_seen }) => {
      // Without a running hub neither is known, and a host that has pushed must not read "never".
      const seen = state === null ? '–' : last_seen === null ? 'never' : new Date(last_seen).toISOString()
      return `${String(id).padStart(5)}  ${name.padEnd(width)}  ${(state ?? '–').padEnd(7)}  ${seen}\n`
    })
    .join('')
}
