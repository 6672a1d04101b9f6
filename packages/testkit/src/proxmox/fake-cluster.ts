import type { Clock } from '@lumen/std/clock'
import { auditorToken, type TokenSpec } from './access.ts'
import { answerCall, type ClusterNow } from './answer-call.ts'
import type { Certificate } from './certificates.ts'
import { ClusterCertificates } from './cluster-certificates.ts'
import { type ClusterSpec, type NodeSpec, RELEASES } from './cluster-spec.ts'
import { RequestLedger } from './request-ledger.ts'
import type { ScriptEvent } from './script.ts'
import { Timeline } from './timeline.ts'
import { type ConnectionRecord, type Presence, startTlsFront, type TlsFront } from './tls-front.ts'
import { Truth } from './truth.ts'

export interface FakeClusterOptions {
  clock: Clock
  spec: ClusterSpec
  /** What happens, on the clock; more can be added while it runs. */
  script?: readonly ScriptEvent[]
  /** One auditor's unless told. */
  tokens?: readonly TokenSpec[]
}

/** One node's API. */
export interface FakeNode {
  name: string
  port: number
  /** `https://127.0.0.1:PORT` */
  url: string
  /** What it shows now. */
  certificate: Certificate
  connections: readonly ConnectionRecord[]
}

/** A Proxmox VE cluster that is not there: each node answers the GET calls of `fixtures/proxmox/api-get.json` over TLS
 * on a loopback port of its own. Every number is a pure function of the injected clock's time, of a spec and a script
 * (`truth`); what is asked is held against the documented calls and parameters (`ledger.violations`), what is
 * answered against the documented shapes (`ledger.ownFaults`). Rights are checked as Proxmox does. */
export interface FakeCluster extends AsyncDisposable {
  nodes: readonly FakeNode[]
  /** PEM of the authority that signs the nodes' certificates. */
  caPem: string
  tokens: readonly TokenSpec[]
  /** The Authorization value of the first token. */
  authorization: string
  ledger: RequestLedger
  /** Of the script as it stands; asking again after `happens` gives the new one. */
  truth: Truth
  timeline: Timeline
  /** Adds to the script; `at` is the clock's now unless given. Connections of nodes it cuts off are reset. */
  happens(event: DistributiveOmit<ScriptEvent, 'at'> & { at?: number }): void
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** @throws when a loopback port cannot be had. */
export async function startFakeCluster(options: FakeClusterOptions): Promise<FakeCluster> {
  const { clock, spec, tokens = [auditorToken(RELEASES[spec.release].major)] } = options
  const certificates = new ClusterCertificates()
  const ledger = new RequestLedger()
  let timeline = new Timeline(spec, options.script ?? [])
  let truth = new Truth(timeline)
  const certificateOf = (node: string) => certificates.of(node, timeline, clock.now())
  const clusterNow = (): ClusterNow => ({ clock, timeline, truth, tokens, ledger, certificateOf })
  const presenceOf = ({ name }: NodeSpec): Presence => {
    const loss = timeline.during('node-loss', clock.now()).findLast((event) => event.node === name)
    if (loss === undefined) return certificateOf(name)
    return loss.isSilent ? 'silent' : 'reset'
  }

  const fronts: { node: NodeSpec; front: TlsFront }[] = []
  const stop = async () => {
    for (const { front } of fronts) await front[Symbol.asyncDispose]()
  }
  try {
    for (const node of spec.nodes) {
      const answer = (request: Parameters<typeof answerCall>[2]) =>
        typeof presenceOf(node) === 'string' ? undefined : answerCall(clusterNow(), node, request)
      fronts.push({ node, front: await startTlsFront({ presence: () => presenceOf(node), answer }) })
    }
  } catch (error) {
    await stop()
    throw error
  }

  const [first] = tokens
  return {
    nodes: fronts.map(({ node, front }) => ({
      ...{ name: node.name, port: front.port, url: `https://127.0.0.1:${front.port}` },
      connections: front.connections,
      get certificate() {
        return certificateOf(node.name)
      },
    })),
    caPem: certificates.authority.pem,
    tokens,
    authorization: `PVEAPIToken=${first?.id}=${first?.secret}`,
    ledger,
    get truth() {
      return truth
    },
    get timeline() {
      return timeline
    },
    happens(event) {
      timeline = new Timeline(spec, [...timeline.script, { at: clock.now(), ...event } as ScriptEvent])
      truth = new Truth(timeline)
      if (event.kind !== 'node-loss' && event.kind !== 'certificate') return
      for (const { node, front } of fronts) if ((event.node ?? node.name) === node.name) front.resetAll()
    },
    [Symbol.asyncDispose]: stop,
  }
}
