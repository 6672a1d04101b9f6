import { readFileSync } from 'node:fs'
import type { AdminConnection } from '@lumen/hub/admin/admin'
import type { ProxmoxInput, ProxmoxTest } from '@lumen/protocol/http/proxmox/connections'
import { errorMessage } from '@lumen/std/error'
import { adminOf } from '../admin.ts'
import type { Settings } from '../cli/options.ts'
import { EXIT, Refusal, UsageError } from '../cli/refusal.ts'
import { nearest } from '../cli/suggest.ts'
import { print } from '../print.ts'
import { readSecret } from '../read-password.ts'

const ACTIONS = ['add', 'list', 'test', 'remove'] as const
type Action = (typeof ACTIONS)[number]

/** `lumen proxmox …`. The secret of a token is never on the command line, where others could see it. */
export async function proxmox(operands: readonly string[], settings: Settings): Promise<number> {
  const { action, name } = parse(operands)
  const words = action === 'add' ? wordsOf(settings) : undefined
  await using admin = await adminOf(settings, action === 'add')
  switch (action) {
    case 'list':
      await print(table(await admin.listProxmox()))
      return EXIT.done
    case 'add':
      await admin.addProxmox({ ...words!, name, secret: await readSecret(`Secret of ${words!.token_id}: `) })
      process.stderr.write(`connection ${name} added\n`)
      return EXIT.done
    case 'test': {
      const result = await admin.testProxmox(name)
      await print(report(result))
      return result.ok ? EXIT.done : EXIT.failure
    }
    case 'remove':
      await admin.removeProxmox(name)
      process.stderr.write(`connection ${name} removed; hosts it told of stay until they are removed\n`)
      return EXIT.done
  }
}

function parse([action = '', name, ...more]: readonly string[]): { action: Action; name: string } {
  const known = ACTIONS.find((candidate) => candidate === action)
  if (known === undefined) {
    const meant = nearest(action, ACTIONS)
    throw new UsageError(
      `lumen proxmox takes add, list, test or remove.${meant ? ` Did you mean "lumen proxmox ${meant}"?` : ''}`,
    )
  }
  if (known === 'list' && name !== undefined) throw new UsageError('lumen proxmox list takes no name.')
  if (known !== 'list' && name === undefined)
    throw new UsageError(`Which connection? Write lumen proxmox ${known} NAME.`)
  if (more.length > 0) throw new UsageError('One name at a time; put quotes around a name with spaces.')
  return { action: known, name: name ?? '' }
}

/** @throws {UsageError} where one of the ways of trust is not chosen */
function wordsOf(settings: Settings): Omit<ProxmoxInput, 'name' | 'secret'> {
  const { kind, address, 'token-id': tokenId } = settings
  if (address === undefined) throw new UsageError('Where is it? Give --address NAME or IP address.')
  if (tokenId === undefined) throw new UsageError('Which token? Give --token-id USER@REALM!NAME.')
  const smart = asksSmart(settings)
  return { kind, addresses: split(address), token_id: tokenId, trust: trustOf(settings), smart }
}

/** Nothing wakes a disk unless somebody says so. */
function asksSmart({ kind, 'disk-smart': isAsked = false }: Settings): boolean {
  if (isAsked && kind === 'pbs')
    throw new UsageError('--disk-smart is for a cluster: no disk of a backup server is asked.')
  return isAsked
}

function trustOf(settings: Settings): ProxmoxInput['trust'] {
  const { 'cluster-ca': ca, fingerprint, 'public-ca': isPublic } = settings
  const given = [ca, fingerprint, isPublic === true ? 'public' : undefined].filter((one) => one !== undefined)
  if (given.length !== 1) {
    throw new UsageError(
      'How is it known? Give one of --cluster-ca FILE, --fingerprint SHA256 and --public-ca.',
    )
  }
  if (ca !== undefined) return { by: 'ca', pem: readPem(ca) }
  return fingerprint === undefined ? { by: 'public' } : { by: 'fingerprint', sha256: split(fingerprint) }
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (fault) {
    throw new Refusal('ca_unreadable', `Cannot read ${path}: ${errorMessage(fault)}`)
  }
}

const split = (list: string) =>
  list
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

function table(connections: readonly AdminConnection[]): string {
  const width = Math.max(0, ...connections.map(({ name }) => name.length))
  return connections
    .map(
      ({ name, kind, state, addresses, fault }) =>
        `${name.padEnd(width)}  ${kind}  ${(state ?? '–').padEnd(8)}  ${addresses.join(', ')}${fault === null ? '' : `  ${fault}`}\n`,
    )
    .join('')
}

function report(test: ProxmoxTest): string {
  const lines: [string, string | null][] = [
    ['fault', test.fault],
    ['version', test.version],
    ['address', test.address],
    ['nodes', test.nodes?.toString() ?? null],
    ['guests', test.guests?.toString() ?? null],
    ['datastores', test.datastores?.toString() ?? null],
    ['shown certificate', test.certificate?.shown?.fingerprint ?? null],
    ...test.missing_rights.map(({ privilege, path, lost }): [string, string] => [
      'missing right',
      `${privilege} on ${path}: ${lost}`,
    ]),
  ]
  return lines.flatMap(([what, value]) => (value === null ? [] : [`${what}: ${value}\n`])).join('')
}
