import { UsageError } from '../cli/refusal.ts'

/** In place of `explain-agent.ts` in `lumen-agent.js`, which has to be small. */
export async function explainAgent(): Promise<never> {
  throw new UsageError(
    '--explain is not part of this file: run lumen-agent-explain.js of the same build with the same flags.',
  )
}
