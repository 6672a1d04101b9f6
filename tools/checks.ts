import { join } from 'node:path'
import { checkImports } from './check-imports.ts'
import { BUN_ALONE, ROOT, run } from './run.ts'

/** One thing about the tree that must hold beside the tests. Prints what is wrong. */
export interface Check {
  name: string
  run(): Promise<boolean>
}

export const CHECKS: readonly Check[] = [
  program('types', 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'),
  program('types of the web app', 'node_modules/typescript/bin/tsc', '-p', 'packages/web/tsconfig.json'),
  program('lint and format', 'node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'),
  {
    name: 'direction of imports and cycles',
    async run() {
      const faults = checkImports(ROOT)
      for (const fault of faults) console.log(fault)
      return faults.length === 0
    },
  },
  program('generated reference is up to date', 'tools/generate.ts', '--check'),
]

/** Runs the checks in turn. @returns how many held and how many did not. */
export async function runChecks(checks: readonly Check[]): Promise<{ passed: number; failed: number }> {
  const totals = { passed: 0, failed: 0 }
  for (const check of checks) {
    const started = performance.now()
    const holds = await check.run()
    totals[holds ? 'passed' : 'failed'] += 1
    console.log(`${holds ? '✓' : '✗'} ${check.name} [${Math.round(performance.now() - started)} ms]`)
  }
  return totals
}

function program(name: string, script: string, ...args: string[]): Check {
  return {
    name,
    run: async () => (await run([...BUN_ALONE, join(ROOT, script), ...args], { stdout: 'stderr' })) === 0,
  }
}
