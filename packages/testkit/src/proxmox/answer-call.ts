import type { Clock } from '@lumen/std/clock'
import { logIn, Rights, type TokenSpec } from './access.ts'
import { ApiFault, type Asked } from './answers/asked.ts'
import type { Api } from './api.ts'
import { type FoundCall, findCall } from './api-shapes.ts'
import type { GuestBackup } from './backups.ts'
import type { Certificate } from './certificates.ts'
import { checkParameters, checkShape } from './check-shape.ts'
import { type NodeSpec, RELEASES } from './cluster-spec.ts'
import type { WireReply, WireRequest } from './http-wire.ts'
import { bare, json, type Outcome } from './outcome.ts'
import type { RequestLedger, RequestRecord } from './request-ledger.ts'
import type { AnswerTrouble } from './script.ts'
import { spoilAnswer } from './spoil-answer.ts'
import type { Timeline } from './timeline.ts'
import type { Truth } from './truth.ts'

/** What a fake is at the moment of a request. */
export interface FakeNow {
  api: Api
  clock: Clock
  timeline: Timeline
  truth: Truth
  tokens: readonly TokenSpec[]
  ledger: RequestLedger
  certificateOf: (node: string) => Certificate
  backupsIn: (datastore: string) => readonly GuestBackup[]
}

const PREFIX = '/api2/json'

/** What `viewer` answers, in the order pveproxy decides: who asks, what is asked, by what right, of whom, with what
 * parameters. Undefined never answers. Writes each request, and what was wrong with it, into the ledger. */
export function answerCall(fake: FakeNow, viewer: NodeSpec, request: WireRequest): WireReply | undefined {
  const { clock, timeline, ledger } = fake
  const path = request.target.startsWith(PREFIX) ? request.target.slice(PREFIX.length) : request.target
  const record: RequestRecord = {
    ...{ at: clock.now(), elapsedMs: clock.monotonic(), node: viewer.name, target: viewer.name },
    ...{ method: request.method, path, call: undefined, status: 0, replyBytes: 0 },
    authorization: request.headers.get('authorization'),
  }
  ledger.add(record)
  const outcome = decide(fake, viewer, request, record)
  if (outcome === undefined) return undefined
  record.status = outcome.status
  record.replyBytes = outcome.body.length
  return { dateMs: timeline.nodeClock(viewer.name, clock.now()), ...outcome }
}

function decide(
  fake: FakeNow,
  viewer: NodeSpec,
  request: WireRequest,
  record: RequestRecord,
): Outcome | undefined {
  const { api, clock, timeline, tokens, ledger } = fake
  const now = clock.now()
  const url = new URL(record.path, 'https://fake.invalid')
  const found = request.target.startsWith(`${PREFIX}/`) ? findCall(api.calls, url.pathname) : undefined
  record.call = found?.template
  const parameters = { ...Object.fromEntries(url.searchParams), ...found?.inPath }
  const parameterFaults = found && {
    ...checkParameters(found.shape.parameters, parameters),
    ...api.parameterFaults(parameters),
  }
  ledger.violations.push(...violations(request, url, parameterFaults))

  const login = logIn(record.authorization, api.scheme, tokens, timeline, now)
  if (login.kind === 'refused') return api.refused(401, login.reason)
  if (found === undefined || request.method !== 'GET' || api.laterCalls.includes(found.template))
    return api.failed(501, `Method '${request.method} ${url.pathname}' not implemented`)

  const rights = new Rights(login.token, timeline, now)
  const { check } = found.shape.permissions
  const refusal = check && rights.refusal(api.checkOf(found.template, check), found.inPath)
  if (refusal !== undefined) return api.failed(403, refusal)

  const target = targetOf(timeline, viewer, found, now)
  if (target === undefined)
    return api.failed(500, `hostname lookup '${found.inPath.node}' failed - failed to get address info`)
  record.target = target.name
  if (!timeline.members(viewer.name, now).includes(target.name)) return bare(595, 'No route to host')

  const trouble = timeline.during('answer', now).findLast((event) => isAbout(event, target, found))
  if (trouble?.how === 'hang') return undefined
  if (typeof trouble?.how === 'object') return api.failed(trouble.how.status, trouble.how.message)
  if (Object.keys(parameterFaults ?? {}).length > 0)
    return json(400, 'Parameter verification failed.', { data: null, errors: parameterFaults })
  const { major } = RELEASES[timeline.spec.release]
  const asked: Asked = {
    ...{ now, timeline, viewer, target, parameters, rights, major, tokenId: login.token.id },
    ...{ truth: fake.truth, certificateOf: fake.certificateOf, backupsIn: fake.backupsIn },
  }
  return answered(fake, asked, found, trouble)
}

function targetOf(
  timeline: Timeline,
  viewer: NodeSpec,
  { inPath }: FoundCall,
  now: number,
): NodeSpec | undefined {
  const called = inPath.node
  return called === undefined || called === 'localhost' ? viewer : timeline.nodeCalled(called, now)
}

function answered(
  { api, ledger }: FakeNow,
  asked: Asked,
  found: FoundCall,
  trouble: AnswerTrouble | undefined,
): Outcome {
  let data: unknown
  try {
    data = api.answers[found.template]!(asked)
  } catch (error) {
    if (error instanceof ApiFault) return api.failed(error.status, error.message)
    ledger.ownFaults.push(`${found.template}: ${String(error)}`)
    return api.failed(500, String(error))
  }
  const faults = checkShape(found.shape.returns, data).filter((fault) => !api.allowedFaults.includes(fault))
  ledger.ownFaults.push(...faults.map((fault) => `${found.template}: ${fault}`))
  if (trouble === undefined || typeof trouble.how === 'object' || trouble.how === 'hang')
    return json(200, 'OK', { data })
  const { text, contentType } = spoilAnswer(trouble.how, data)
  return { status: 200, reason: 'OK', contentType, body: Buffer.from(text), isCut: trouble.how === 'cut' }
}

function isAbout(event: AnswerTrouble, target: NodeSpec, found: FoundCall): boolean {
  return (event.node ?? target.name) === target.name && (event.call ?? found.template) === found.template
}

/** What a client must never do, whatever it is answered. `faults` are undefined for a call nobody allowed. */
function violations(request: WireRequest, url: URL, faults: Record<string, string> | undefined): string[] {
  const what = `${request.method} ${url.pathname}${url.search}`
  const given = [...url.searchParams.keys()]
  const repeated = given.filter((name, index) => given.indexOf(name) !== index)
  return [
    ...(request.method === 'GET' ? [] : ['method']),
    ...(request.bodyBytes > 0 ? ['has a body'] : []),
    ...(faults === undefined
      ? ['no such call']
      : Object.entries(faults).map(([name, fault]) => `${name}: ${fault}`)),
    ...repeated.map((name) => `${name} twice`),
  ].map((fault) => `${what}: ${fault}`)
}
