import { CHECKS, runChecks } from './checks.ts'
import { ROOT } from './run.ts'
import { lanesOf } from './test-lanes.ts'
import { runTests, summary, type Totals } from './test-run.ts'
import { buildWeb } from './web-build.ts'

/** `npm test [-- [PATTERN…] [-t NAME]]`: checks, then all tests side by side, then those that need the machine for
 * themselves; end-to-end tests run on the built web app. A pattern picks the checks whose name and the test files whose
 * path holds it. The last line of stdout is the sum, and above it failures stand once more. With LUMEN_TEST_REQUIRE=1
 * (a machine that has everything) a skipped test is a failed one. */
async function main(args: string[]): Promise<number> {
  const nameAt = args.findIndex((arg) => arg === '-t' || arg === '--test-name-pattern')
  const only = nameAt < 0 ? [] : ['-t', args[nameAt + 1] ?? '']
  const patterns = args.filter((_, index) => nameAt < 0 || (index !== nameAt && index !== nameAt + 1))
  const wanted = (name: string) => patterns.length === 0 || patterns.some((pattern) => name.includes(pattern))
  const checks = only.length > 0 ? [] : CHECKS.filter((check) => wanted(check.name))
  const files = testFiles().filter(wanted)
  const totals: Totals = { passed: 0, failed: 0, skipped: [], faults: [], failures: [] }
  const add = (part: Pick<Totals, 'passed' | 'failed'> & Partial<Totals>) => {
    totals.passed += part.passed
    totals.failed += part.failed
    totals.skipped.push(...(part.skipped ?? []))
    totals.faults.push(...(part.faults ?? []))
    totals.failures.push(...(part.failures ?? []))
  }
  // Whoever runs at the time is told by run(); nothing more is begun.
  let isToEnd = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => (isToEnd = true))
  add(await runChecks(checks))
  if (files.some((file) => file.startsWith('e2e/')) || (patterns.length === 0 && only.length === 0)) {
    const build = { name: 'web app builds', run: async () => (await buildWeb()) === 0 }
    add(await runChecks([build]))
  }
  for (const lane of lanesOf(files)) {
    if (!isToEnd) add(await runTests(lane.files, { only, workers: lane.workers }))
    else add({ passed: 0, failed: 1, faults: [`interrupted before: ${lane.files.join(' ')}`] })
  }

  const { lines, exitCode } = summary(totals, process.env.LUMEN_TEST_REQUIRE === '1')
  console.log(lines.join('\n'))
  return exitCode
}

function testFiles(): string[] {
  return ['packages/*/src', 'tools', 'bench', 'e2e']
    .flatMap((folder) => [...new Bun.Glob(`${folder}/**/*.test.{ts,tsx}`).scanSync({ cwd: ROOT })])
    .sort()
}

process.exit(await main(process.argv.slice(2)))
