/** All a hub can change of an agent, whoever controls it. */
export function hubMay(updates: boolean): string[] {
  return updates ? [...HUB_MAY, REPLACE] : [...HUB_MAY]
}

/** What never leaves the machine, and what the agent never does. Tests hold the agent to it.
 * @param hasPrograms whether the machine's owner named programs to run
 * @param updates whether it may replace itself */
export function never({ hasPrograms, updates }: { hasPrograms: boolean; updates: boolean }): string[] {
  const limits =
    'it does not listen on any port or follow any redirect, and takes no orders beyond those above'
  const programs = `${limits}; it runs no command and no other program${hasPrograms ? ' but those above' : ''}`
  return [...NEVER, updates ? limits : programs]
}

const REPLACE =
  'replace this agent by a newer build, which runs with all rights this agent has: --auto-update is on'

const HUB_MAY = [
  'set the time between readings, from 1 s to 5 min',
  'switch off collectors this machine’s owner left on, and on again; never one the owner switched off',
] as const

const NEVER = [
  'command lines, arguments and environments of processes: of a process only its name, user, CPU and memory are sent',
  'the environment of process 1 is looked at for the word behind container= alone, to know what the machine is',
  'contents of files and logs, names of files and folders other than mount points and devices',
  'environment, command, labels, ports and mounts of containers; of the labels only the compose project is kept',
  'user names beyond those of the listed processes; passwords of no kind (/etc/passwd is read for names, /etc/shadow never)',
] as const
