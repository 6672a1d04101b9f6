import type { HttpAnswer } from '@lumen/std/http-answer'
import { isObject } from '@lumen/std/is-object'
import { maybeJson } from '@lumen/std/maybe-json'
import { type ApiCall, fill } from './call.ts'
import type { Failure, Outcome } from './outcome.ts'
import { parseData, parseOne, parseRows } from './parse-answer.ts'

type Params = Readonly<Record<string, string | number>>

const MAX_SAID = 300

/** What an answer means. Proxmox says why behind the status (`403 Permission check failed (/, Sys.Audit)`), newer
 * versions in the body too. */
export function readOutcome(
  call: ApiCall,
  params: Params,
  answer: HttpAnswer,
  nowMs: number,
): Outcome<unknown> {
  if (answer.body.length > call.maxBytes) return { kind: 'too-big', limitBytes: call.maxBytes }
  if (answer.status !== 200) return readFailure(call, params, answer)
  const data = parseData(answer.body)
  if (data.kind === 'not-json') return data
  const parsed = call.isList ? parseRows(call.schema, data.data) : parseOne(call.schema, data.data)
  if (parsed.kind === 'not-json') return parsed
  const { value, bad } = parsed
  return { kind: 'ok', value, bad, clockOffsetMs: clockOffset(answer, nowMs) }
}

function readFailure(call: ApiCall, params: Params, answer: HttpAnswer): Failure {
  const { status } = answer
  const said = whatWasSaid(answer)
  if (status === 401) return { kind: 'bad-token', said: said || 'not authorized' }
  if (status === 403) return missingRight(call, params, said)
  if (status === 404 || status === 501) return { kind: 'not-there' }
  if (status >= 595 && status <= 599) {
    return { kind: 'node-unreachable', node: params.node === undefined ? null : String(params.node) }
  }
  return { kind: 'failed', status, said }
}

/** `Permission check failed (/vms/100, VM.Audit|VM.Monitor)`; where less is said, what the call is known to need. */
function missingRight(call: ApiCall, params: Params, said: string): Failure {
  const [, path, privilege] = /\((\/[^,()]*),\s*([^()]+)\)/.exec(said) ?? []
  if (path !== undefined && privilege !== undefined) {
    return { kind: 'missing-right', path, privilege: privilege.split(/[|,]\s*/).join(' or ') }
  }
  const { right } = call
  return {
    kind: 'missing-right',
    path: right === null ? fill(call.path, params) : fill(right.path, params),
    privilege: right === null ? 'the right for it' : right.privileges.join(' or '),
  }
}

function whatWasSaid({ reason, body }: HttpAnswer): string {
  const data = body.length <= 64 * 1024 ? messageOf(body.toString('utf8')) : undefined
  const said = (data ?? reason).replace(/\p{Cc}+/gu, ' ').trim()
  return said.length > MAX_SAID ? `${said.slice(0, MAX_SAID)}…` : said
}

function messageOf(text: string): string | undefined {
  const json = maybeJson(text)
  if (!isObject(json)) return undefined
  return typeof json.message === 'string' && json.message.trim() !== '' ? json.message : undefined
}

/** HTTP dates have whole seconds, so half a one is added. */
function clockOffset({ headers }: HttpAnswer, nowMs: number): number | null {
  const at = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(at) ? null : at + 500 - nowMs
}
