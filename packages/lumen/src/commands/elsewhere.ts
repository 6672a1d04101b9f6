import { UsageError } from '../cli/refusal.ts'

/** In place of `explain-agent.ts` and `begin-updating.ts` in `lumen-agent.js`, which has to be small. */
export const explainAgent = () => elsewhere('--explain')
export const beginUpdating = () => elsewhere('--auto-update')

async function elsewhere(flag: string): Promise<never> {
  throw new UsageError(
    `${flag} is not part of this file: run lumen-agent-full.js of the same build with the same flags.`,
  )
}
