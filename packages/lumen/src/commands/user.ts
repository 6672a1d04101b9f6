import { adminOf } from '../admin.ts'
import type { Settings } from '../cli/options.ts'
import { EXIT, UsageError } from '../cli/refusal.ts'
import { nearest } from '../cli/suggest.ts'
import { readPassword } from '../read-password.ts'

const ACTIONS = ['add', 'reset-password'] as const

/** `lumen user …`. */
export async function user(operands: readonly string[], settings: Settings): Promise<number> {
  const [given = '', name, ...more] = operands
  const action = ACTIONS.find((candidate) => candidate === given)
  if (action === undefined) {
    const meant = nearest(given, ACTIONS)
    throw new UsageError(
      `lumen user takes add or reset-password.${meant ? ` Did you mean "lumen user ${meant}"?` : ''}`,
    )
  }
  if (name === undefined) throw new UsageError(`Which user? Write lumen user ${action} NAME.`)
  if (more.length > 0) throw new UsageError('One user at a time; the password is read from stdin.')
  await using admin = await adminOf(settings, action === 'add')
  const password = await readPassword(name)
  if (action === 'add') await admin.addUser(name, password)
  else await admin.resetPassword(name, password)
  process.stderr.write(
    action === 'add' ? `user ${name} added\n` : `password of ${name} set; sessions ended\n`,
  )
  return EXIT.done
}
