import { type ApiKeyWire, createKey, deleteKey, listKeys } from '@lumen/protocol/http/keys'
import type { ApiKey, ApiKeys } from '../../auth/api-keys.ts'
import type { Router } from '../router.ts'

export function mountKeyRoutes(router: Router, { keys }: { keys: ApiKeys }): void {
  router.private(listKeys, () => ({ keys: keys.list().map(wireOf) }))

  router.private(createKey, async ({ body }) => {
    const { key, token } = await keys.add(body.name)
    return { key: wireOf(key), token }
  })

  router.private(deleteKey, async ({ params }) => {
    await keys.remove(params.id)
    return undefined
  })
}

function wireOf({ id, name, createdAt, lastUsedAt }: ApiKey): ApiKeyWire {
  return { id, name, created_at: createdAt, last_used_at: lastUsedAt }
}
