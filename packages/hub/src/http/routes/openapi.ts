import { openApiDocument, openApiRoute } from '../openapi.ts'
import type { Router } from '../router.ts'

export function mountOpenApiRoute(router: Router, version: string): void {
  let document: string | undefined
  router.raw(openApiRoute, () => {
    document ??= JSON.stringify(openApiDocument(version))
    return new Response(document, { headers: { 'content-type': 'application/json' } })
  })
}
