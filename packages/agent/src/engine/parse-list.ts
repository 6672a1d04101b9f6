import { isContainerId } from './call.ts'
import { type Json, listOf, objectOf, wordOf } from './json.ts'

/** A container as an engine lists it. */
export interface ListedContainer {
  id: string
  name: string
  /** created, running, paused, restarting, exited, dead, … as the engine says. */
  state: string
  /** healthy, unhealthy or starting; undefined without a health check. */
  health: string | undefined
  image: string | undefined
  imageId: string | undefined
  composeProject: string | undefined
  /** It uses the host's network, whose traffic is not its own. */
  isOnHostNetwork: boolean
}

const MAX_WORD = 1024
const MAX_NAME = 200

/** `GET /containers/json` (Docker Engine API v1.41, Podman 4). Entries without an id are left out; undefined when the
 * answer is no list at all. */
export function parseList(value: unknown): ListedContainer[] | undefined {
  if (!Array.isArray(value)) return undefined
  return value.flatMap((entry) => {
    const container = objectOf(entry)
    const id = wordOf(container?.Id)
    return container === undefined || id === undefined || !isContainerId(id)
      ? []
      : [parseEntry(id, container)]
  })
}

function parseEntry(id: string, entry: Json): ListedContainer {
  const labels = objectOf(entry.Labels)
  const project =
    wordOf(labels?.['com.docker.compose.project']) ?? wordOf(labels?.['io.podman.compose.project'])
  return {
    id,
    name: nameOf(id, listOf(entry.Names)),
    state: tidy(wordOf(entry.State) ?? 'unknown', 64).toLowerCase(),
    health: healthOf(entry),
    image: optional(wordOf(entry.Image)),
    imageId: optional(wordOf(entry.ImageID)),
    composeProject: optional(project),
    isOnHostNetwork: objectOf(entry.HostConfig)?.NetworkMode === 'host',
  }
}

/** Links of other containers appear as `/other/alias`: the own name has one slash. */
function nameOf(id: string, names: readonly unknown[]): string {
  const own = names.filter((name) => typeof name === 'string').map((name) => name.replace(/^\//, ''))
  const name = tidy(own.find((candidate) => !candidate.includes('/')) ?? own[0] ?? '', MAX_NAME)
  return name === '' ? id.slice(0, 12) : name
}

/** Older engines tell health only in words: `Up 3 hours (healthy)`, `Up 2 seconds (health: starting)`. */
function healthOf(entry: Json): string | undefined {
  const stated = wordOf(objectOf(entry.Health)?.Status)
  if (stated !== undefined) return stated === 'none' ? undefined : tidy(stated, 64)
  return /\((?:health: )?(healthy|unhealthy|starting)\)/.exec(wordOf(entry.Status) ?? '')?.[1]
}

const optional = (word: string | undefined) => (word === undefined ? undefined : tidy(word, MAX_WORD))

/** One line without control characters, never cut inside a character. */
export function tidy(word: string, most: number): string {
  const line = word.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()
  if (line.length <= most) return line
  return line.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')
}
