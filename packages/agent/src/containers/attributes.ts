import type { WireRow } from '@lumen/protocol/agent/frame'
import type { ContainerFacts } from './changes.ts'
import type { KnownContainer } from './engines.ts'

/** What an engine says of a container, as its row carries it. */
export function attributesOf({ listed, inspected }: KnownContainer): WireRow<'container'> {
  const { id, state, image, imageId, composeProject } = listed
  return {
    id,
    state,
    image,
    image_digest: imageId,
    health: healthOf(listed, inspected),
    compose_project: composeProject,
    started_at: inspected?.startedAt,
    restarts: inspected?.restarts,
  }
}

export function factsOf({ key, listed, inspected }: KnownContainer): ContainerFacts {
  const { id, state, image, imageId } = listed
  const { restarts, startedAt } = inspected ?? {}
  return { id, name: key, state, health: healthOf(listed, inspected), image, imageId, restarts, startedAt }
}

/** Podman's list has no health; the list is newer than the answer about one container where both tell. */
function healthOf(
  listed: KnownContainer['listed'],
  inspected: KnownContainer['inspected'],
): string | undefined {
  return listed.state === 'running' ? (listed.health ?? inspected?.health) : undefined
}
