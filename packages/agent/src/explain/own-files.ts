import { dirname } from 'node:path'
import type { AgentConfig } from '../config.ts'
import { programPlaces } from '../programs/program.ts'
import { spoolFiles } from '../spool/spool-files.ts'
import type { OwnFile } from './explanation.ts'

/** Files on the command line's side: settings, token, CA. */
export interface GivenFiles {
  settings?: string | undefined
  token?: string | undefined
}

/** What the agent reads and writes for itself. The kernel's files are read where the agent itself runs. */
export function ownFiles(
  config: Pick<AgentConfig, 'procRoot' | 'caFile' | 'spool' | 'programs' | 'permits'> & {
    updates?: { dir: string } | undefined
    health?: string | undefined
  },
  given: GivenFiles,
): OwnFile[] {
  const read = (path: string | undefined, why: string): OwnFile[] =>
    path === undefined ? [] : [{ path, access: 'read', why }]
  return [
    ...read(given.settings, 'its settings'),
    ...read(given.token, 'the token'),
    ...read(config.caFile, 'certificates to trust for the hub'),
    ...read(`${config.procRoot}/sys/kernel/random/boot_id`, 'tells one start of the machine from another'),
    ...read(`${config.procRoot}/uptime`, 'notices a suspended machine'),
    ...(config.spool === undefined ? [] : spoolOf(config.spool.dir)),
    ...(config.health === undefined ? [] : [healthOf(config.health)]),
    ...programsOf(config),
    ...(config.updates === undefined ? [] : updatesOf(config.updates.dir)),
  ]
}

function spoolOf(dir: string): OwnFile[] {
  const { written, read } = spoolFiles(dir)
  return [
    ...[...read, dirname(dir)].map(
      (path): OwnFile => ({ path, access: 'read', why: 'whether the spool can be used' }),
    ),
    ...written.map(
      (path): OwnFile => ({ path, access: 'write', why: 'frames, only while the hub does not answer' }),
    ),
  ]
}

function healthOf(path: string): OwnFile {
  return { path, access: 'write', why: 'when the hub last answered, at most every 15 s' }
}

function programsOf({ programs = {}, permits = {} }: Pick<AgentConfig, 'programs' | 'permits'>): OwnFile[] {
  const named = (['smart', 'gpu'] as const).flatMap((name) =>
    permits[name] === false || programs[name] === undefined ? [] : programPlaces(programs[name]),
  )
  if (named.length === 0) return []
  const read = (path: string, why: string): OwnFile => ({ path, access: 'read', why })
  return [
    ...named.map((path) => read(path, 'whether the program is there, to run it')),
    read('/dev/null', 'what a program has for a terminal'),
  ]
}

function updatesOf(dir: string): OwnFile[] {
  return [dir, `${dir}/build-*`, `${dir}/incoming`, `${dir}/state.json`, `${dir}/state.json.new`].map(
    (path): OwnFile => ({ path, access: 'write', why: 'newer builds of this agent, which replace it' }),
  )
}
