import { errorMessage } from '@lumen/std/error'
import { COMMANDS, type CommandName } from './cli/command-specs.ts'
import { isCommandName } from './cli/commands.ts'
import { commandHelp, generalHelp } from './cli/help.ts'
import { type CommandLine, parseCommandLine } from './cli/parse.ts'
import { EXIT, exitCodeOf, UsageError } from './cli/refusal.ts'
import { resolveSettings } from './cli/settings.ts'
import { nearest } from './cli/suggest.ts'
import { print } from './print.ts'
import { VERSION } from './version.ts'

const TAKE_OPERANDS: readonly CommandName[] = ['host', 'user', 'proxmox', 'backup', 'restore', 'sql']

/** The `lumen` executable.
 * @param args what follows the program's name. @returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await run(args)
  } catch (error) {
    process.stderr.write(`lumen: ${errorMessage(error)}\n`)
    return exitCodeOf(error)
  }
}

async function run(args: readonly string[]): Promise<number> {
  if (args[0] === 'hub' && args[1] === '--supervised')
    return (await import('./commands/supervised-hub.ts')).supervisedHub()
  if (args[0] === 'backup' && args[1] === '--supervised')
    return (await import('@lumen/hub/backup/backup-child')).runBackupChild()
  const line = parseCommandLine(args)
  if (line.command === 'help') return help(line)
  if (line.wantsHelp) {
    await print(commandHelp(line.command))
    return EXIT.done
  }
  const settings = resolveSettings(line, process.env)
  const { operands } = line
  if (operands.length > 0 && !TAKE_OPERANDS.includes(line.command))
    throw new UsageError(`lumen ${line.command} takes no ${JSON.stringify(operands[0])}.`)
  // Loaded only when asked for: an agent must not carry a hub in memory.
  switch (line.command) {
    case 'version':
      await print(`${VERSION}\n`)
      return EXIT.done
    case 'up':
      return (await import('./commands/up.ts')).up(settings)
    case 'hub':
      return (await import('./commands/hub.ts')).hub(settings)
    case 'agent':
      return (await import('./commands/agent.ts')).agent(settings)
    case 'host':
      return (await import('./commands/host.ts')).host(operands, settings)
    case 'user':
      return (await import('./commands/user.ts')).user(operands, settings)
    case 'proxmox':
      return (await import('./commands/proxmox.ts')).proxmox(operands, settings)
    case 'backup':
      return (await import('./commands/backup.ts')).backup(operands, settings)
    case 'restore':
      return (await import('./commands/restore.ts')).restore(operands, settings)
    case 'doctor':
      return (await import('./commands/doctor.ts')).doctor(settings)
    case 'sql':
      return (await import('./commands/sql.ts')).sql(operands, settings)
    case 'simulate':
      return (await import('./commands/simulate.ts')).simulate(settings)
    case 'demo':
      return (await import('./commands/demo.ts')).demo(settings)
  }
}

async function help(line: CommandLine): Promise<number> {
  const [topic] = line.operands
  if (topic === undefined) {
    await print(generalHelp())
    return EXIT.done
  }
  if (!isCommandName(topic)) {
    const meant = nearest(topic, Object.keys(COMMANDS))
    throw new UsageError(
      `No command ${JSON.stringify(topic)}.${meant ? ` Did you mean "lumen help ${meant}"?` : ''}`,
    )
  }
  await print(commandHelp(topic))
  return EXIT.done
}

if (import.meta.main) process.exit(await main(process.argv.slice(2)))
