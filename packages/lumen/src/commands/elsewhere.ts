import { UsageError } from '../cli/refusal.ts'

/** In place of `explain-agent.ts`, `begin-updating.ts` and `health-file.ts` in `lumen-agent.js`, which has to be small. */
export const explainAgent = () => elsewhere('--explain')
export const beginUpdating = () => elsewhere('--auto-update')
export const healthNotes = () => elsewhere('--health')
export const tellHealth = () => elsewhere('--healthy')

async function elsewhere(flag: string): Promise<never> {
  throw new UsageError(
    `${flag} is not part of this file: run lumen-agent-full.js of the same build with the same flags.`,
  )
}
