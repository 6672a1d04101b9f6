import { createUser, deleteUser, listUsers, type UserWire } from '@lumen/protocol/http/users'
import type { Clock } from '@lumen/std/clock'
import { errorCode, errorMessage } from '@lumen/std/error'
import type { PasswordHasher } from '../../auth/password.ts'
import type { Sessions } from '../../auth/sessions.ts'
import type { User, Users } from '../../auth/users.ts'
import { Refusal } from '../../refusal.ts'
import type { Router } from '../router.ts'

export interface UserRouteParts {
  users: Users
  sessions: Sessions
  hasher: PasswordHasher
  clock: Clock
  /** Their browsers are told of alerts no more. */
  forgetDevices(userId: number): Promise<void>
}

export function mountUserRoutes(router: Router, parts: UserRouteParts): void {
  const { users, sessions, hasher, clock, forgetDevices } = parts
  const wireOf = ({ id, name, createdAt }: User): UserWire => {
    const live = sessions.ofUser(id)
    return {
      ...{ id, username: name, created_at: createdAt, sessions: live.length },
      last_used_at: live.length === 0 ? null : Math.max(...live.map(({ lastUsedAt }) => lastUsedAt)),
    }
  }

  router.private(listUsers, () => ({ users: users.list().map(wireOf) }))

  router.private(createUser, async ({ body }) => {
    const hash = await hasher.hash(body.password)
    const added = users.add(body.username, hash, clock.now()).catch((fault: unknown) => {
      throw errorCode(fault) === 'user_name_taken' ? nameTaken(errorMessage(fault)) : fault
    })
    return { user: wireOf(await added) }
  })

  router.private(deleteUser, async ({ params }) => {
    const user = users.get(params.id)
    if (user === undefined) throw new Refusal(404, 'user_unknown', 'There is no user with this id')
    if (users.list().length === 1) {
      throw new Refusal(409, 'user_last', 'The last user cannot be deleted: nobody could log in')
    }
    // each forgets at once what it has in memory, whatever the disk does
    await Promise.all([users.remove(user), sessions.endOfUser(user.id), forgetDevices(user.id)])
    return undefined
  })
}

function nameTaken(message: string): Refusal {
  return new Refusal(409, 'user_name_taken', message, { errors: [{ path: 'username', message: 'is taken' }] })
}
