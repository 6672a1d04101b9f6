import type { AdminUser } from '@lumen/hub/admin/admin'
import { adminOf } from '../admin.ts'
import type { Settings } from '../cli/options.ts'
import { EXIT, UsageError } from '../cli/refusal.ts'
import { nearest } from '../cli/suggest.ts'
import { print } from '../print.ts'
import { readPassword } from '../read-password.ts'

const ACTIONS = ['add', 'list', 'reset-password'] as const
type Action = (typeof ACTIONS)[number]

/** `lumen user …`. */
export async function user(operands: readonly string[], settings: Settings): Promise<number> {
  const { action, name } = parse(operands)
  await using admin = await adminOf(settings, action === 'add')
  switch (action) {
    case 'list':
      await print(table(await admin.listUsers()))
      return EXIT.done
    case 'add':
      await admin.addUser(name, await readPassword(name))
      process.stderr.write(`user ${name} added\n`)
      return EXIT.done
    case 'reset-password':
      await admin.resetPassword(name, await readPassword(name))
      process.stderr.write(`password of ${name} set; sessions ended\n`)
      return EXIT.done
  }
}

function parse([given = '', name, ...more]: readonly string[]): { action: Action; name: string } {
  const action = ACTIONS.find((candidate) => candidate === given)
  if (action === undefined) {
    const meant = nearest(given, ACTIONS)
    throw new UsageError(
      `lumen user takes add, list or reset-password.${meant ? ` Did you mean "lumen user ${meant}"?` : ''}`,
    )
  }
  if (action === 'list' && name !== undefined) throw new UsageError('lumen user list takes no name.')
  if (action !== 'list' && name === undefined)
    throw new UsageError(`Which user? Write lumen user ${action} NAME.`)
  if (more.length > 0) throw new UsageError('One user at a time; the password is read from stdin.')
  return { action, name: name ?? '' }
}

function table(users: readonly AdminUser[]): string {
  const width = Math.max(0, ...users.map(({ name }) => name.length))
  return users
    .map(({ name, created_at, sessions, last_used_at }) => {
      const count = sessions === 1 ? '1 session' : `${sessions} sessions`
      const used = last_used_at === null ? '' : `, last used ${new Date(last_used_at).toISOString()}`
      return `${name.padEnd(width)}  added ${new Date(created_at).toISOString()}  ${count}${used}\n`
    })
    .join('')
}
