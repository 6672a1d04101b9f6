import { test } from 'bun:test'
import { existsSync } from 'node:fs'

export interface Needs {
  /** Must run as root. */
  root?: boolean
  /** Programs that must be on the PATH, with the Debian package that brings each. */
  programs?: Readonly<Record<string, string>>
  /** Files or folders that must be there, with the instruction that brings each. */
  files?: Readonly<Record<string, string>>
}

/** What this machine lacks of `needs`, one instruction each; empty when it has everything. */
export function lacking(
  needs: Needs,
  machine = { isRoot: process.getuid?.() === 0, which: (name: string) => Bun.which(name), has: existsSync },
): string[] {
  const missing = Object.entries(needs.programs ?? {}).filter(([program]) => machine.which(program) === null)
  return [
    ...(needs.root === true && !machine.isRoot ? ['run as root'] : []),
    ...missing.map(([program, debianPackage]) => `install ${program}: apt-get install ${debianPackage}`),
    ...Object.entries(needs.files ?? {}).flatMap(([path, advice]) => (machine.has(path) ? [] : [advice])),
  ]
}

type TestBody = () => void | Promise<void>

/** `test` for what not every machine can do. Where something is lacking the test is skipped and its name says
 * what to install; under `LUMEN_TEST_REQUIRE=1` it fails instead. */
export function testNeeding(needs: Needs) {
  const lacks = lacking(needs)
  const advice = lacks.join('; ')
  return (name: string, body: TestBody, timeoutMs?: number): void => {
    if (lacks.length === 0) {
      test(name, body, timeoutMs)
    } else if (process.env.LUMEN_TEST_REQUIRE === '1') {
      test(name, () => {
        throw new Error(`LUMEN_TEST_REQUIRE=1 and this machine cannot run the test: ${advice}`)
      })
    } else {
      process.stderr.write(`skipped: ${name} (to run it: ${advice})\n`)
      test.skip(`${name} (to run it: ${advice})`, body)
    }
  }
}
