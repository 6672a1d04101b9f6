import type { Clock } from '@lumen/std/clock'
import { auditorToken, type TokenSpec } from './access.ts'
import { pveApi } from './api.ts'
import { type ClusterSpec, RELEASES } from './cluster-spec.ts'
import { type FakeServer, startFakeServer } from './fake-server.ts'
import type { ScriptEvent } from './script.ts'

export interface FakeClusterOptions {
  clock: Clock
  spec: ClusterSpec
  /** What happens, on the clock; more can be added while it runs. */
  script?: readonly ScriptEvent[]
  /** One auditor's unless told. */
  tokens?: readonly TokenSpec[]
}

/** A Proxmox VE cluster that is not there: each node answers the GET calls of `fixtures/proxmox/api-get.json` over TLS
 * on a loopback port of its own. Every number is a pure function of the injected clock's time, of a spec and a script
 * (`truth`); what is asked is held against the documented calls and parameters (`ledger.violations`), what is
 * answered against the documented shapes (`ledger.ownFaults`). Rights are checked as Proxmox does. */
export type FakeCluster = FakeServer

/** @throws when a loopback port cannot be had. */
export function startFakeCluster({
  clock,
  spec,
  script = [],
  tokens,
}: FakeClusterOptions): Promise<FakeCluster> {
  const { major } = RELEASES[spec.release]
  const own = tokens ?? [auditorToken(major)]
  return startFakeServer({ api: pveApi(spec.release), clock, spec, script, tokens: own, backupsIn: () => [] })
}
