import { createServer } from 'node:net'
import { errorCode, errorMessage } from '@lumen/std/error'
import type { ListenAddress } from '../cli/value.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

const ANSWER_MS = 5_000
/** The Date header has whole seconds. */
const CLOCK_LIMIT_MS = 5_000

/** A hub that runs: does it answer, is its storage open, and do the clocks agree? */
export async function checkHub(url: string): Promise<Finding[]> {
  const sentAt = Date.now()
  let alive: Response
  try {
    alive = await ask(`${url}/healthz`)
  } catch (error) {
    return [
      fail(
        `${url} does not answer: ${errorMessage(error)}`,
        'start the hub, and check address, firewall and --listen',
      ),
    ]
  }
  if (!alive.ok)
    return [fail(`${url}/healthz answers ${alive.status}`, 'check that the address is a Lumen hub’s')]
  return [ok(`${url} answers`), await ready(url), ...clock(alive, sentAt)]
}

/** No hub runs: would it get its port? */
export async function checkPort(listen: ListenAddress): Promise<Finding> {
  const where = `${listen.hostname}:${listen.port}`
  const fault = await tryPort(listen)
  if (fault === undefined) return ok(`no hub runs on this data; ${where} is free for one`)
  const text = fault === 'EADDRINUSE' ? `another program has ${where}` : `${where} cannot be used: ${fault}`
  return fail(text, 'stop that program, or choose another address with --listen')
}

async function ready(url: string): Promise<Finding> {
  try {
    const answer = await ask(`${url}/readyz`)
    if (answer.ok) return ok('its storage is open and flushing')
    return fail(
      `its storage is not ready: ${(await answer.text()).slice(0, 300)}`,
      'look at the hub’s log; a full disk is the usual cause',
    )
  } catch (error) {
    return fail(`${url}/readyz does not answer: ${errorMessage(error)}`, 'look at the hub’s log')
  }
}

function clock(answer: Response, sentAt: number): Finding[] {
  const theirs = Date.parse(answer.headers.get('date') ?? '')
  if (Number.isNaN(theirs)) return []
  const ours = (sentAt + Date.now()) / 2
  const offMs = theirs + 500 - ours
  if (Math.abs(offMs) <= CLOCK_LIMIT_MS) return [ok('this clock and the hub’s agree')]
  const seconds = Math.abs(Math.round(offMs / 1_000))
  return [
    warn(
      `this clock is ${seconds} s ${offMs > 0 ? 'behind' : 'ahead of'} the hub’s`,
      'set up time synchronisation; agents correct for it, people reading logs cannot',
    ),
  ]
}

function ask(url: string): Promise<Response> {
  // Whether it answers is the question here, not whom its certificate names.
  return fetch(url, {
    signal: AbortSignal.timeout(ANSWER_MS),
    redirect: 'manual',
    tls: { rejectUnauthorized: false },
  })
}

/** The code of what hinders listening there, or undefined. */
function tryPort({ hostname, port }: ListenAddress): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error) => resolve(errorCode(error) ?? errorMessage(error)))
    server.listen({ host: hostname, port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}
