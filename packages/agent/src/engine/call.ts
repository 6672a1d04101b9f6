/** All that is ever asked of a container engine. Each is a GET: nothing can be started, stopped or changed. */
export type EngineCall =
  | { kind: 'list' }
  | { kind: 'inspect'; id: string }
  | { kind: 'stats'; id: string }
  | { kind: 'events' }

/** What happens to a container that changes what is shown of it, in Docker's and Podman's words. */
const ACTIONS = [
  'create',
  'start',
  'restart',
  'die',
  'died',
  'stop',
  'kill',
  'oom',
  'pause',
  'unpause',
  'rename',
  'destroy',
  'remove',
  'update',
  'health_status',
]

const EVENT_FILTER = encodeURIComponent(JSON.stringify({ type: ['container'], event: ACTIONS }))

/** The path of a call (Docker Engine API v1.41; Podman serves the same). Without a version in front the engine
 * answers with its own.
 * @throws {RangeError} for an id that is no id */
export function pathOf(call: EngineCall): string {
  switch (call.kind) {
    case 'list':
      return '/containers/json?all=1'
    case 'events':
      return `/events?filters=${EVENT_FILTER}`
    case 'inspect':
      return `/containers/${checkedId(call.id)}/json`
    case 'stats':
      return `/containers/${checkedId(call.id)}/stats?stream=false&one-shot=true`
  }
}

const ANY_ID = '0'.repeat(64)

/** Every call there is, as it goes over the wire. */
export const CALL_FORMS: readonly string[] = (['list', 'inspect', 'stats', 'events'] as const).map(
  (kind) => `GET ${decodeURIComponent(pathOf({ kind, id: ANY_ID }).replace(ANY_ID, 'ID'))}`,
)

const MEBIBYTE = 1024 * 1024

/** Answers longer than this are not believed. A list entry has 1 to 2 kB. */
export function mostBytesOf({ kind }: EngineCall): number {
  return kind === 'list' ? 24 * MEBIBYTE : MEBIBYTE
}

function checkedId(id: string): string {
  if (!isContainerId(id)) throw new RangeError(`${JSON.stringify(id.slice(0, 80))} is no container id`)
  return id
}

/** Full ids, as engines list them. */
export function isContainerId(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text)
}
