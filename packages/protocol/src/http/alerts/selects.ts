import { matchesGlob } from '@lumen/std/glob'
import type { HostSelector, Scope } from './scope.ts'

/** What of a host selectors look at. Tags are in lower case, as the wire's schema leaves them. */
export interface SelectableHost {
  readonly id: number
  readonly name: string
  readonly tags: readonly string[]
}

/** Whether a selector means this host. */
export function selects(selector: HostSelector, host: SelectableHost): boolean {
  if (selector.by === 'host') return selector.id === host.id
  if (selector.by === 'name') return matchesGlob(selector.glob, host.name)
  return host.tags.includes(selector.tag)
}

/** Whether a scope takes this host: one of its selectors means it and none of its exceptions. */
export function isInScope({ hosts, except }: Scope, host: SelectableHost): boolean {
  if (except.some((selector) => selects(selector, host))) return false
  return hosts === 'all' || hosts.some((selector) => selects(selector, host))
}
