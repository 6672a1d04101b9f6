import { join } from 'node:path'
import { ackSchema } from '@lumen/protocol/agent/ack'
import { MAX_FRAMES_PER_PUSH, MAX_PUSH_BYTES, PUSH_PATH, pushSchema } from '@lumen/protocol/agent/push'
import { problemSchema } from '@lumen/protocol/http/problem'
import type { Route } from '@lumen/protocol/http/route'
import { ROOT } from '../run.ts'
import { schemaText } from './schema-text.ts'

const AUTH_TEXT: Readonly<Record<Route['auth'], string>> = {
  public: 'nobody needs to log in',
  session: 'session',
  'session-or-key': 'session',
  'host-token': 'host token (`Authorization: Bearer lum_…`)',
}

/** docs/reference/http-api.md: every declared call with what goes in and out. */
export async function httpPage(): Promise<string> {
  const resources = await declaredRoutes()
  const sections = resources.map(
    ({ resource, routes }) => `## ${resource}\n\n${routes.map(describe).join('\n\n')}`,
  )
  return `# HTTP API

JSON in UTF-8; times are epoch milliseconds. People authenticate with the session cookie that \`POST /api/login\` sets, agents with their host token. State-changing calls check the Origin header. A name with \`?\` may be absent. The running hub serves the same as an OpenAPI document at \`/openapi.json\`.

Errors are \`application/problem+json\` with a stable \`code\`:

${block(schemaText(problemSchema))}

${sections.join('\n\n')}

## push

### \`POST ${PUSH_PATH}\`

Frames of an agent, optionally compressed (\`Content-Encoding: zstd\` or \`gzip\`); at most ${MAX_FRAMES_PER_PUSH} frames and ${MAX_PUSH_BYTES / 1024 / 1024} MiB decoded. Authentication: ${AUTH_TEXT['host-token']}.

Body:

${block(schemaText(pushSchema))}

Answer:

${block(schemaText(ackSchema))}
`
}

interface Resource {
  resource: string
  routes: Route[]
}

/** What `packages/protocol/src/http` exports with a method and a path, by file. */
async function declaredRoutes(): Promise<Resource[]> {
  const folder = join(ROOT, 'packages/protocol/src/http')
  const files = [...new Bun.Glob('**/*.ts').scanSync({ cwd: folder })]
    .filter((file) => !file.endsWith('.test.ts'))
    .sort()
  const resources: Resource[] = []
  for (const file of files) {
    const module: Record<string, unknown> = await import(join(folder, file))
    const routes = Object.values(module).filter(isRoute)
    if (routes.length > 0)
      resources.push({ resource: file.replace(/\.ts$/, ''), routes: routes.sort(byPath) })
  }
  return resources
}

function isRoute(value: unknown): value is Route {
  return (
    value !== null && typeof value === 'object' && 'method' in value && 'path' in value && 'auth' in value
  )
}

const METHODS: Route['method'][] = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE']

function byPath(a: Route, b: Route): number {
  return a.path.localeCompare(b.path) || METHODS.indexOf(a.method) - METHODS.indexOf(b.method)
}

function describe(route: Route): string {
  const problems = (route.problems ?? []).map((code) => `\`${code}\``).join(', ')
  const facts = [
    `Authentication: ${AUTH_TEXT[route.auth]}.`,
    ...(problems === '' ? [] : [`Problems: ${problems}.`]),
  ]
  const schemas = [
    ['Query', route.query],
    ['Body', route.body],
    ['Answer', route.answer],
  ] as const
  const parts = schemas.flatMap(([title, schema]) =>
    schema === undefined ? [] : [`${title}:\n\n${block(schemaText(schema))}`],
  )
  const empty = route.answer === undefined ? ['Answer: 204 without a body.'] : []
  return [
    `### \`${route.method} ${route.path}\``,
    `${route.summary}.`,
    facts.join(' '),
    ...parts,
    ...empty,
  ].join('\n\n')
}

function block(text: string): string {
  return `\`\`\`\n${text}\n\`\`\``
}
