import type { CollectorState } from '@lumen/protocol/agent/collector-switches'
import type { Facts } from '@lumen/protocol/agent/facts'
import type { WireFrame } from '@lumen/protocol/agent/frame'

export interface OwnFile {
  path: string
  access: 'read' | 'write'
  why: string
}

export interface Connection {
  /** URL, or paths of sockets as patterns. */
  to: readonly string[]
  /** Only where something is there. */
  if_present: boolean
  why: string
  /** All that is ever asked. */
  calls: readonly string[]
}

export interface ExplainedCollector {
  name: string
  /** What turns it off, as `--docker off` or the hub's policy; null: nothing does. */
  switch: string | null
  /** Path patterns: `*` stands for any characters of one name, `**` for any folders. */
  reads: readonly string[]
  asks: readonly string[]
  /** Programs it runs, with their arguments and when. */
  runs: readonly string[]
  /** Fields and words of the catalogue. */
  sends: readonly string[]
  as_root: string | null
}

/** All an agent with one configuration may touch, ask and tell, as `lumen agent --explain --json` prints it. */
export interface Explanation {
  version: string
  environment: { kind: string; agent_in: string | null; reasons: readonly string[] }
  runs_as: { uid: number | null; capabilities: readonly string[] }
  collectors: readonly ExplainedCollector[]
  switches: Readonly<Record<string, CollectorState>>
  /** Read once for `environment`, and now and then for `facts`. */
  surroundings: { environment: readonly string[]; facts: readonly string[] }
  own_files: readonly OwnFile[]
  /** Opened by the program's runtime and the system's libraries, with the reason. */
  runtime_files: readonly OwnFile[]
  connections: readonly Connection[]
  hub_may: readonly string[]
  never: readonly string[]
  facts: Facts
  frame: WireFrame
}
