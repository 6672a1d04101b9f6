import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { LumenError } from '@lumen/std/error'

/** The first line of stdin; at a terminal it is asked for twice and not shown.
 * @throws {LumenError} `password_missing`, `password_differs` */
export async function readPassword(userName: string): Promise<string> {
  if (!process.stdin.isTTY) return firstLine(await Bun.stdin.text())
  return askTwice(`Password for ${userName}: `)
}

/** The first line of stdin; at a terminal it is asked for and not shown.
 * @throws {LumenError} `password_missing`, `interrupted` */
export async function readSecret(question: string): Promise<string> {
  if (!process.stdin.isTTY) return firstLine(await Bun.stdin.text(), 'secret')
  return askSilently(question)
}

/** At a terminal, twice and without showing it.
 * @throws {LumenError} `password_missing`, `password_differs` */
export async function askTwice(question: string): Promise<string> {
  const first = await askSilently(question)
  if (first !== (await askSilently('Once more: ')))
    throw new LumenError('password_differs', 'The two differ. Nothing was changed')
  return first
}

function firstLine(text: string, what = 'password'): string {
  const line = text.split(/\r?\n/, 1)[0] ?? ''
  if (line === '') throw new LumenError('password_missing', `There was no ${what} on stdin`)
  return line
}

/** Reads a line from the terminal without showing it.
 * @throws {LumenError} `password_missing`, `interrupted` */
export function askSilently(question: string): Promise<string> {
  process.stderr.write(question)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true })
  return new Promise((resolve, reject) => {
    const leave = (settle: () => void) => {
      lines.removeAllListeners()
      lines.close()
      process.stderr.write('\n')
      settle()
    }
    lines.once('line', (line) => leave(() => resolve(line)))
    lines.once('SIGINT', () => leave(() => reject(new LumenError('interrupted', 'Nothing was changed'))))
    lines.once('close', () =>
      leave(() => reject(new LumenError('password_missing', 'There was no password'))),
    )
  })
}
