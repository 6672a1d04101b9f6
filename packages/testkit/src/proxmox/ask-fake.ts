import type { FakeCluster } from './fake-cluster.ts'

/** A reply as a client of the fake sees it. */
export interface FakeReply {
  status: number
  /** The status line's words. */
  reason: string
  text: string
  /** Of a JSON body; undefined without one. @throws when the body is not JSON. */
  readonly data: unknown
}

/** Asks one node, trusting the cluster's authority, as its first token unless headers are given.
 * `path` starts after `/api2/json`. */
export async function askFake(
  fake: Pick<FakeCluster, 'nodes' | 'caPem' | 'authorization'>,
  path: string,
  {
    node = 0,
    headers = { authorization: fake.authorization },
    ...init
  }: RequestInit & { node?: number } = {},
): Promise<FakeReply> {
  const url = `${fake.nodes[node]!.url}/api2/json${path}`
  const response = await fetch(url, { ...init, headers, tls: { ca: fake.caPem } })
  const text = await response.text()
  return {
    ...{ status: response.status, reason: response.statusText, text },
    get data() {
      return text === '' ? undefined : (JSON.parse(text) as { data: unknown }).data
    },
  }
}
