import { CHECKS, runChecks } from './checks.ts'

/** `npm run check`: everything `npm test` checks beside the tests. */
const { failed } = await runChecks(CHECKS)
process.exit(failed === 0 ? 0 : 1)
