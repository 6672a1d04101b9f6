import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readJunit } from './junit.ts'
import { BUN_ALONE, ROOT, run } from './run.ts'

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
}

export interface TestRunOptions {
  /** Arguments for bun test that pick tests by name. */
  only?: readonly string[]
  /** What the files are relative to; the checkout unless told. */
  cwd?: string
  isQuiet?: boolean
}

/** Runs the files in one `bun test`. A file that brought no case (it could not be loaded, the run died before it)
 * counts as one failed, and so does a run that fails without naming a case. */
export async function runTests(files: readonly string[], options: TestRunOptions = {}): Promise<Totals> {
  const only = options.only ?? []
  const folder = mkdtempSync(join(tmpdir(), 'lumen-test-'))
  const report = join(folder, 'junit.xml')
  try {
    const command = [...BUN_ALONE, 'test', `--timeout=${TEST_LIMIT_MS}`]
    command.push('--reporter=junit', `--reporter-outfile=${report}`)
    const code = await run([...command, ...only, ...files.map((file) => `./${file}`)], {
      limitMs: LIMIT_MS,
      cwd: options.cwd ?? ROOT,
      ...(options.isQuiet && { stdout: 'none' }),
    })
    if (!existsSync(report)) return failure(`bun test ended with ${code} and left no report`)
    const { passed, failed, skipped, files: seen } = readJunit(readFileSync(report, 'utf8'))
    const unseen = only.length > 0 ? [] : files.filter((file) => !seen.has(file))
    const faults = unseen.map((file) => `${file}: no test of it ran`)
    if (code !== 0 && failed + faults.length === 0)
      faults.push(`bun test ended with ${code}, and no test says why`)
    // With -t everything else is reported as skipped, which was asked for.
    return { passed, failed: failed + faults.length, skipped: only.length > 0 ? [] : skipped, faults }
  } catch (error) {
    return failure(error instanceof Error ? error.message : String(error))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function failure(reason: string): Totals {
  return { passed: 0, failed: 1, skipped: [], faults: [reason] }
}

/** What to say at the end, the sum last. @param mayNotSkip a skipped test is a failed one */
export function summary(totals: Totals, mayNotSkip: boolean): { lines: string[]; exitCode: number } {
  const { passed, skipped } = totals
  const lines = totals.faults.map((fault) => `✗ ${fault}`)
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
