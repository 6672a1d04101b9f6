import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { failureReport } from './failure-report.ts'
import { readJunit } from './junit.ts'
import { BUN_ALONE, ROOT, run } from './run.ts'
import { timings } from './test-lanes.ts'

/** A test run that takes longer is stuck. */
const LIMIT_MS = 35 * 60_000
/** A single test likewise, where it names no limit of its own; a busy machine is no failure. */
const TEST_LIMIT_MS = 180_000

export interface Totals {
  passed: number
  failed: number
  /** `file: name` of each. */
  skipped: string[]
  /** What failed beside single tests, a sentence each. */
  faults: string[]
  /** What files with a failure printed. */
  failures: string[]
}

export interface TestRunOptions {
  /** Files side by side, each in a fresh global; one unless told. */
  workers?: number
  /** Arguments for bun test that pick tests by name. */
  only?: readonly string[]
  /** What the files are relative to; the checkout unless told. */
  cwd?: string
  isQuiet?: boolean
  limitMs?: number
}

/** Runs the files in one `bun test` and its workers, whose output is shown file by file. A file that brought no case
 * (it could not be loaded, its worker died before it) counts as one failed, and so do a run that fails without naming a
 * case and one that takes longer than the limit. */
export async function runTests(files: readonly string[], options: TestRunOptions = {}): Promise<Totals> {
  const { only = [], workers = 1, limitMs = LIMIT_MS } = options
  const folder = mkdtempSync(join(tmpdir(), 'lumen-test-'))
  const report = join(folder, 'junit.xml')
  const durations = join(folder, 'timings.json')
  let output = ''
  const startedAt = performance.now()
  try {
    writeFileSync(durations, timings())
    const command = [...BUN_ALONE, 'test', `--timeout=${TEST_LIMIT_MS}`]
    command.push(`--parallel=${workers}`, `--timings=${durations}`)
    command.push('--reporter=junit', `--reporter-outfile=${report}`)
    const code = await run([...command, ...only, ...files.map((file) => `./${file}`)], {
      limitMs,
      cwd: options.cwd ?? ROOT,
      ...(options.isQuiet && { stdout: 'none' }),
      onStderr: (text) => {
        output += text
        if (!options.isQuiet) process.stderr.write(text)
      },
    })
    const isStuck = performance.now() - startedAt >= limitMs
    const stuck = isStuck ? [`stopped after ${limitMs / 1_000} s, which is the limit of a run`] : []
    if (!existsSync(report))
      return failure(stuck[0] ?? `bun test ended with ${code} and left no report`, output)
    const { passed, failed, failedFiles, skipped, files: seen } = readJunit(readFileSync(report, 'utf8'))
    const unseen = only.length > 0 ? [] : files.filter((file) => !seen.has(file))
    const faults = [...stuck, ...unseen.map((file) => `${file}: no test of it ran`)]
    if (code !== 0 && failed + faults.length === 0)
      faults.push(`bun test ended with ${code}, and no test says why`)
    return {
      passed,
      failed: failed + faults.length,
      // With -t everything else is reported as skipped, which was asked for.
      skipped: only.length > 0 ? [] : skipped,
      faults,
      failures: failureReport(output, new Set([...failedFiles, ...unseen])),
    }
  } catch (error) {
    return failure(error instanceof Error ? error.message : String(error), output)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A run that tells nothing case by case. */
function failure(reason: string, output: string): Totals {
  const tail = output.split('\n').slice(-50).join('\n').trim()
  return { passed: 0, failed: 1, skipped: [], faults: [reason], failures: tail === '' ? [] : [tail] }
}

/** What to say at the end, the sum last. @param mayNotSkip a skipped test is a failed one */
export function summary(totals: Totals, mayNotSkip: boolean): { lines: string[]; exitCode: number } {
  const { passed, skipped } = totals
  const lines = totals.failures.map((failure) => `\nfailed: ${failure}\n`)
  lines.push(...totals.faults.map((fault) => `✗ ${fault}`))
  let { failed } = totals
  if (skipped.length > 0)
    lines.push(mayNotSkip ? '✗ skipped, though LUMEN_TEST_REQUIRE=1 allows none:' : 'skipped:')
  lines.push(...skipped.map((name) => `  ${name}`))
  if (mayNotSkip) failed += skipped.length
  if (passed + failed + skipped.length === 0) {
    lines.push('✗ nothing was run: no check and no test matches')
    failed = 1
  }
  const tail = !mayNotSkip && skipped.length > 0 ? `, ${skipped.length} skipped` : ''
  return { lines: [...lines, `${passed} passed, ${failed} failed${tail}`], exitCode: failed === 0 ? 0 : 1 }
}
