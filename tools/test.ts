import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CHECKS, runChecks } from './checks.ts'
import { readJunit } from './junit.ts'
import { BUN, ROOT, run } from './run.ts'
import { buildWeb } from './web-build.ts'

/** A test run that takes longer is stuck. */
const LIMIT_MS = 14 * 60_000

export interface Totals {
  passed: number
  failed: number
  skipped: string[]
}

/** `npm test [-- [PATTERN…] [-t NAME]]`: checks, unit and integration tests, then end-to-end tests on the built web
 * app. A pattern picks the checks whose name and the test files whose path holds it. The last line of stdout
 * is the sum. With LUMEN_TEST_REQUIRE=1 (a machine that has everything) a skipped test is a failed one. */
async function main(args: string[]): Promise<number> {
  const nameAt = args.findIndex((arg) => arg === '-t' || arg === '--test-name-pattern')
  const only = nameAt < 0 ? [] : ['-t', args[nameAt + 1] ?? '']
  const patterns = args.filter((_, index) => nameAt < 0 || (index !== nameAt && index !== nameAt + 1))
  const wanted = (name: string) => patterns.length === 0 || patterns.some((pattern) => name.includes(pattern))
  const checks = only.length > 0 ? [] : CHECKS.filter((check) => wanted(check.name))
  const files = testFiles().filter(wanted)
  const endToEnd = files.filter((file) => file.startsWith('e2e/'))
  const rest = files.filter((file) => !file.startsWith('e2e/'))

  const totals: Totals = { passed: 0, failed: 0, skipped: [] }
  const add = (part: { passed: number; failed: number; skipped?: string[] }) => {
    totals.passed += part.passed
    totals.failed += part.failed
    totals.skipped.push(...(part.skipped ?? []))
  }
  add(await runChecks(checks))
  if (rest.length > 0) add(await runTests(rest, only))
  if (endToEnd.length > 0 || (patterns.length === 0 && only.length === 0)) {
    const build = { name: 'web app builds', run: async () => (await buildWeb()) === 0 }
    add(await runChecks([build]))
  }
  if (endToEnd.length > 0) add(await runTests(endToEnd, only))

  return conclude(totals, process.env.LUMEN_TEST_REQUIRE === '1')
}

function testFiles(): string[] {
  return ['packages/*/src', 'tools', 'e2e']
    .flatMap((folder) => [...new Bun.Glob(`${folder}/**/*.test.{ts,tsx}`).scanSync({ cwd: ROOT })])
    .sort()
}

/** Runs the files in one `bun test`. A file that brought no case (it could not be loaded, the run died before it)
 * counts as one failed, and so does a run that fails without naming a case. */
async function runTests(files: readonly string[], only: string[]): Promise<Totals> {
  const folder = mkdtempSync(join(tmpdir(), 'lumen-test-'))
  const report = join(folder, 'junit.xml')
  try {
    const command = [
      BUN,
      '--no-env-file',
      'test',
      '--no-orphans',
      '--reporter=junit',
      `--reporter-outfile=${report}`,
    ]
    const code = await run([...command, ...only, ...files.map((file) => `./${file}`)], { limitMs: LIMIT_MS })
    if (!existsSync(report)) return failure(`bun test ended with ${code} and left no report`)
    const { passed, failed, skipped, files: seen } = readJunit(readFileSync(report, 'utf8'))
    const unseen = only.length > 0 ? [] : files.filter((file) => !seen.has(file))
    for (const file of unseen) console.log(`✗ ${file}: no test of it ran`)
    const unnamed = code !== 0 && failed + unseen.length === 0 ? 1 : 0
    if (unnamed > 0) console.log(`✗ bun test ended with ${code}, and no test says why`)
    // With -t everything else is reported as skipped, which was asked for.
    return { passed, failed: failed + unseen.length + unnamed, skipped: only.length > 0 ? [] : skipped }
  } catch (error) {
    return failure(error instanceof Error ? error.message : String(error))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function failure(reason: string): Totals {
  console.log(`✗ ${reason}`)
  return { passed: 0, failed: 1, skipped: [] }
}

/** Prints the sum as the last line. @returns the exit code. */
function conclude(totals: Totals, mayNotSkip: boolean): number {
  const { passed, skipped } = totals
  let { failed } = totals
  if (skipped.length > 0) {
    console.log(mayNotSkip ? '✗ skipped, though LUMEN_TEST_REQUIRE=1 allows none:' : 'skipped:')
    for (const name of skipped) console.log(`  ${name}`)
  }
  if (mayNotSkip) failed += skipped.length
  if (passed + failed + skipped.length === 0) {
    console.log('✗ nothing was run: no check and no test file matches')
    failed = 1
  }
  const tail = !mayNotSkip && skipped.length > 0 ? `, ${skipped.length} skipped` : ''
  console.log(`${passed} passed, ${failed} failed${tail}`)
  return failed === 0 ? 0 : 1
}

process.exit(await main(process.argv.slice(2)))
