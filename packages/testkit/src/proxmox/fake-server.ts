import type { Clock } from '@lumen/std/clock'
import type { TokenSpec } from './access.ts'
import { answerCall, type FakeNow } from './answer-call.ts'
import type { Api } from './api.ts'
import type { GuestBackup } from './backups.ts'
import type { Certificate } from './certificates.ts'
import { ClusterCertificates } from './cluster-certificates.ts'
import type { ClusterSpec, NodeSpec } from './cluster-spec.ts'
import { RequestLedger } from './request-ledger.ts'
import type { ScriptEvent } from './script.ts'
import { Timeline } from './timeline.ts'
import { type ConnectionRecord, type Presence, startTlsFront, type TlsFront } from './tls-front.ts'
import { Truth } from './truth.ts'

export interface FakeServerOptions {
  api: Api
  clock: Clock
  spec: ClusterSpec
  script: readonly ScriptEvent[]
  tokens: readonly TokenSpec[]
  backupsIn: (datastore: string) => readonly GuestBackup[]
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

/** What a fake cluster and a fake backup server have in common. */
export interface FakeServer extends AsyncDisposable {
  nodes: readonly FakeNode[]
  /** PEM of the authority that signs the nodes' certificates. */
  caPem: string
  tokens: readonly TokenSpec[]
  /** The Authorization value of the first token. */
  authorization: string
  ledger: RequestLedger
  /** Of the script as it stands; asking again after `happens` gives the new one. */
  readonly truth: Truth
  readonly timeline: Timeline
  /** Adds to the script; `at` is the clock's now unless given. Connections of nodes it cuts off are reset. */
  happens(event: DistributiveOmit<ScriptEvent, 'at'> & { at?: number }): void
  /** What goes on of this kind, and had no end yet, ends now. */
  ends(kind: ScriptEvent['kind']): void
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** An HTTPS endpoint for each node of the spec.
 * @throws when a loopback port cannot be had. */
export async function startFakeServer(options: FakeServerOptions): Promise<FakeServer> {
  const { api, clock, spec, tokens, backupsIn } = options
  const certificates = new ClusterCertificates()
  const ledger = new RequestLedger()
  let timeline = new Timeline(spec, options.script)
  let truth = new Truth(timeline)
  const certificateOf = (node: string) => certificates.of(node, timeline, clock.now())
  const fakeNow = (): FakeNow => ({ api, clock, timeline, truth, tokens, ledger, certificateOf, backupsIn })
  const presenceOf = ({ name }: NodeSpec): Presence => {
    const loss = timeline.during('node-loss', clock.now()).findLast((event) => event.node === name)
    if (loss === undefined) return certificateOf(name)
    return loss.isSilent ? 'silent' : 'reset'
  }

  const play = (script: readonly ScriptEvent[]) => {
    timeline = new Timeline(spec, script)
    truth = new Truth(timeline)
  }

  const fronts: { node: NodeSpec; front: TlsFront }[] = []
  const stop = async () => {
    for (const { front } of fronts) await front[Symbol.asyncDispose]()
  }
  try {
    for (const node of spec.nodes) {
      const presence = () => presenceOf(node)
      const front = await startTlsFront({
        presence,
        answer: (request) => answerCall(fakeNow(), node, request),
      })
      fronts.push({ node, front })
    }
  } catch (error) {
    await stop()
    throw error
  }

  const [first] = tokens
  const { scheme } = api
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
    authorization: `${scheme.name}=${first?.id}${scheme.separator}${first?.secret}`,
    ledger,
    get truth() {
      return truth
    },
    get timeline() {
      return timeline
    },
    ends(kind) {
      const now = clock.now()
      play(
        timeline.script.map((event) => {
          const isOpen = event.kind === kind && event.at < now && !('until' in event)
          return isOpen ? ({ ...event, until: now } as ScriptEvent) : event
        }),
      )
    },
    happens(event) {
      play([...timeline.script, { at: clock.now(), ...event } as ScriptEvent])
      if (event.kind !== 'node-loss' && event.kind !== 'certificate') return
      for (const { node, front } of fronts) if ((event.node ?? node.name) === node.name) front.resetAll()
    },
    [Symbol.asyncDispose]: stop,
  }
}
