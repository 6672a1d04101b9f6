import type { Clock } from '@lumen/std/clock'
import { logIn, PVE_SCHEME, Rights, type TokenSpec } from './access.ts'
import { ApiFault, type Asked } from './answers/asked.ts'
import { PVE_ANSWERS } from './answers/pve-answers.ts'
import { type FoundCall, findCall, PVE_CALLS } from './api-shapes.ts'
import type { Certificate } from './certificates.ts'
import { checkParameters, checkShape } from './check-shape.ts'
import { type NodeSpec, type PveRelease, RELEASES } from './cluster-spec.ts'
import type { WireReply, WireRequest } from './http-wire.ts'
import type { RequestLedger, RequestRecord } from './request-ledger.ts'
import type { AnswerTrouble } from './script.ts'
import { spoilAnswer } from './spoil-answer.ts'
import type { Timeline } from './timeline.ts'
import type { Truth } from './truth.ts'

/** What a cluster is at the moment of a request. */
export interface ClusterNow {
  clock: Clock
  timeline: Timeline
  truth: Truth
  tokens: readonly TokenSpec[]
  ledger: RequestLedger
  certificateOf: (node: string) => Certificate
}

/** Templates a release does not have yet. */
const LATER_CALLS: Readonly<Record<PveRelease, readonly string[]>> = {
  '8.2': ['/cluster/metrics/export'],
  '8.4': [],
  '9.1': [],
}

/** Keys of the newest schema that older answers lack. */
const SINCE_PVE_9 = ['data.memory.available: is missing']

const PREFIX = '/api2/json'

/** What `viewer` answers, in the order pveproxy decides: who asks, what is asked, by what right, of whom, with what
 * parameters. Undefined never answers. Writes each request, and what was wrong with it, into the ledger. */
export function answerCall(
  cluster: ClusterNow,
  viewer: NodeSpec,
  request: WireRequest,
): WireReply | undefined {
  const { clock, timeline, ledger } = cluster
  const path = request.target.startsWith(PREFIX) ? request.target.slice(PREFIX.length) : request.target
  const record: RequestRecord = {
    ...{ at: clock.now(), elapsedMs: clock.monotonic(), node: viewer.name, target: viewer.name },
    ...{ method: request.method, path, call: undefined, status: 0, replyBytes: 0 },
    authorization: request.headers.get('authorization'),
  }
  ledger.add(record)
  const outcome = decide(cluster, viewer, request, record)
  if (outcome === undefined) return undefined
  const reply: WireReply = { dateMs: timeline.nodeClock(viewer.name, clock.now()), ...outcome }
  record.status = reply.status
  record.replyBytes = reply.body.length
  return reply
}

type Outcome = Omit<WireReply, 'dateMs'>

function decide(
  cluster: ClusterNow,
  viewer: NodeSpec,
  request: WireRequest,
  record: RequestRecord,
): Outcome | undefined {
  const { clock, timeline, tokens, ledger } = cluster
  const now = clock.now()
  const { release } = timeline.spec
  const login = logIn(record.authorization, PVE_SCHEME, tokens, timeline, now)
  const url = new URL(record.path, 'https://fake.invalid')
  const found = request.target.startsWith(`${PREFIX}/`) ? findCall(PVE_CALLS, url.pathname) : undefined
  record.call = found?.template
  noteViolations(ledger, request, found, url, release)
  if (login.kind === 'refused') return plain(401, login.reason)
  if (found === undefined || request.method !== 'GET' || LATER_CALLS[release].includes(found.template))
    return failed(501, `Method '${request.method} ${url.pathname}' not implemented`, release)

  const rights = new Rights(login.token, timeline, now)
  const { check } = found.shape.permissions
  const refusal = check && rights.refusal(checkOf(found.template, check, release), found.inPath)
  if (refusal !== undefined) return failed(403, refusal, release)

  const called = found.inPath.node
  const target = called === undefined ? viewer : timeline.nodeCalled(called, now)
  if (target === undefined)
    return failed(500, `hostname lookup '${called}' failed - failed to get address info`, release)
  record.target = target.name
  if (!timeline.members(viewer.name, now).includes(target.name)) return plain(595, 'No route to host')

  const trouble = timeline.during('answer', now).findLast((event) => isAbout(event, target, found))
  if (trouble?.how === 'hang') return undefined
  if (typeof trouble?.how === 'object') return failed(trouble.how.status, trouble.how.message, release)

  const parameters = { ...Object.fromEntries(url.searchParams), ...found.inPath }
  const faults = parameterFaults(found, parameters, release)
  if (Object.keys(faults).length > 0)
    return json(400, 'Parameter verification failed.', { data: null, errors: faults })
  const asked: Asked = {
    ...{ now, truth: cluster.truth, timeline, viewer, target, parameters, rights },
    ...{ major: RELEASES[release].major, tokenId: login.token.id, certificateOf: cluster.certificateOf },
  }
  return answered(asked, found, trouble, ledger)
}

function answered(
  asked: Asked,
  found: FoundCall,
  trouble: AnswerTrouble | undefined,
  ledger: RequestLedger,
): Outcome {
  const { release } = asked.timeline.spec
  let data: unknown
  try {
    data = PVE_ANSWERS[found.template]!(asked)
  } catch (error) {
    if (error instanceof ApiFault) return failed(error.status, error.message, release)
    ledger.ownFaults.push(`${found.template}: ${String(error)}`)
    return failed(500, String(error), release)
  }
  const faults = checkShape(found.shape.returns, data).filter(
    (fault) => asked.major === 9 || !SINCE_PVE_9.includes(fault),
  )
  ledger.ownFaults.push(...faults.map((fault) => `${found.template}: ${fault}`))
  if (trouble === undefined || typeof trouble.how === 'object' || trouble.how === 'hang')
    return json(200, 'OK', { data })
  const { text, contentType } = spoilAnswer(trouble.how, data)
  const body = Buffer.from(text)
  const cutAfter = trouble.how === 'cut' ? Math.floor(body.length / 2) : undefined
  return { status: 200, reason: 'OK', contentType, body, ...(cutAfter !== undefined && { cutAfter }) }
}

/** Before PVE 9 the guest agent took VM.Monitor. */
function checkOf<T>(
  template: string,
  check: T,
  release: PveRelease,
): T | readonly ['perm', string, string[]] {
  const isAgent = template.includes('/agent/')
  return isAgent && RELEASES[release].major === 8 ? ['perm', '/vms/{vmid}', ['VM.Monitor']] : check
}

function isAbout(event: AnswerTrouble, target: NodeSpec, found: FoundCall): boolean {
  return (event.node ?? target.name) === target.name && (event.call ?? found.template) === found.template
}

function noteViolations(
  ledger: RequestLedger,
  request: WireRequest,
  found: FoundCall | undefined,
  url: URL,
  release: PveRelease,
): void {
  const what = `${request.method} ${url.pathname}${url.search}`
  if (request.method !== 'GET') ledger.violations.push(`${what}: method`)
  if (request.bodyBytes > 0) ledger.violations.push(`${what}: has a body`)
  if (found === undefined) return void ledger.violations.push(`${what}: no such call`)
  const given = [...url.searchParams.keys()]
  const repeated = given.find((name, index) => given.indexOf(name) !== index)
  if (repeated !== undefined) ledger.violations.push(`${what}: ${repeated} twice`)
  const parameters = { ...Object.fromEntries(url.searchParams), ...found.inPath }
  for (const [name, fault] of Object.entries(parameterFaults(found, parameters, release)))
    ledger.violations.push(`${what}: ${name}: ${fault}`)
}

/** A decade is kept since PVE 9. */
function parameterFaults(
  found: FoundCall,
  parameters: Readonly<Record<string, string>>,
  release: PveRelease,
): Record<string, string> {
  const faults = checkParameters(found.shape.parameters, parameters)
  if (RELEASES[release].major === 8 && parameters.timeframe === 'decade')
    faults.timeframe =
      "value 'decade' does not have a value in the enumeration 'hour, day, week, month, year'"
  return faults
}

const JSON_TYPE = 'application/json;charset=UTF-8'

/** Without a body: what pveproxy says itself, before and instead of the API. */
const plain = (status: number, reason: string): Outcome => ({
  ...{ status, reason, contentType: JSON_TYPE },
  body: Buffer.alloc(0),
})

const json = (status: number, reason: string, body: object): Outcome => ({
  ...{ status, reason, contentType: JSON_TYPE },
  body: Buffer.from(JSON.stringify(body)),
})

/** The message is in the status line, since 8.4 in the body too. */
function failed(status: number, message: string, release: PveRelease): Outcome {
  return json(status, message, { data: null, ...(release !== '8.2' && { message: `${message}\n` }) })
}
