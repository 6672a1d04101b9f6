import { errorMessage } from '@lumen/std/error'
import { commandHelp } from './cli/help.ts'
import { parseCommandLine } from './cli/parse.ts'
import { exitCodeOf, UsageError } from './cli/refusal.ts'
import { resolveSettings } from './cli/settings.ts'
import { agent } from './commands/agent.ts'
import { print } from './print.ts'
import { VERSION } from './version.ts'

/** `lumen-agent.js`: the agent alone as one script for Node ≥ 20 or Bun, with the flags of `lumen agent`.
 * @param args what follows the script's name; the word `agent` in front may be left out. @returns the exit code. */
async function agentFile(args: readonly string[]): Promise<number> {
  try {
    if (args[0] === '--version' || args[0] === '-V') {
      await print(`${VERSION}\n`)
      return 0
    }
    const line = parseCommandLine(args[0] === 'agent' ? args : ['agent', ...args])
    if (line.wantsHelp) {
      await print(commandHelp('agent'))
      return 0
    }
    if (line.operands.length > 0)
      throw new UsageError(`The agent takes no ${JSON.stringify(line.operands[0])}.`)
    return await agent(resolveSettings(line, process.env), true)
  } catch (error) {
    process.stderr.write(`lumen-agent: ${errorMessage(error)}\n`)
    return exitCodeOf(error)
  }
}

agentFile(process.argv.slice(2)).then((code) => process.exit(code))
