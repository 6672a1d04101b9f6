import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { BenchGroup } from './group.ts'
import { commit, machine } from './machine.ts'
import type { BenchResult, Figure } from './result.ts'
import { type BenchSettings, OPTIONS, parseSettings } from './settings.ts'
import { table } from './table.ts'

const ROOT = dirname(import.meta.dir)

/** Loaded when asked for, so that one group's needs do not stop the others. */
const GROUPS: Record<string, () => Promise<BenchGroup>> = {
  agent: async () => (await import('./groups/agent.ts')).agentBench,
  containers: async () => (await import('./groups/containers.ts')).containersBench,
  hub: async () => (await import('./groups/hub.ts')).hubBench,
  storage: async () => (await import('./groups/storage.ts')).storageBench,
  live: async () => (await import('./groups/live.ts')).liveBench,
  web: async () => (await import('./groups/web.ts')).webBench,
  alerts: async () => (await import('./groups/alerts.ts')).alertsBench,
  backlog: async () => (await import('./groups/backlog.ts')).backlogBench,
  proxmox: async () => (await import('./groups/proxmox.ts')).proxmoxBench,
}

const USAGE = `usage: npm run bench -- [GROUP…] [OPTION…]
groups: ${Object.keys(GROUPS).join(', ')}; all without one
${OPTIONS}`

/** Runs benchmarks one after the other. With `--json` stdout carries one array and nothing else. */
async function main(args: string[]): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(`${USAGE}\n`)
    return 0
  }
  let settings: BenchSettings
  try {
    settings = parseSettings(args)
  } catch (error) {
    process.stderr.write(`bench: ${(error as Error).message}\n${USAGE}\n`)
    return 2
  }
  const { groups: names, isJson, storage, agent, proxmox } = settings
  const unknown = names.filter((name) => !Object.hasOwn(GROUPS, name))
  if (unknown.length > 0) {
    process.stderr.write(`bench: no group ${unknown.join(', ')}\n${USAGE}\n`)
    return 2
  }
  const say = (line: string) => process.stderr.write(`${line}\n`)
  const figures: Figure[] = []
  let failed = 0
  for (const name of names.length > 0 ? names : Object.keys(GROUPS)) {
    say(`bench: ${name}`)
    try {
      const group = await GROUPS[name]!()
      figures.push(...(await group({ say, root: ROOT, storage, agent, proxmox })))
    } catch (error) {
      failed += 1
      say(
        `bench: ${name} failed: ${error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error)}`,
      )
    }
  }
  await keep(figures, say)
  if (isJson) process.stdout.write(`${JSON.stringify(figures.map(published), null, 2)}\n`)
  else process.stdout.write(`${table(figures)}\n`)
  return failed === 0 ? 0 : 1
}

async function keep(figures: Figure[], say: (line: string) => void): Promise<void> {
  const at = new Date().toISOString()
  const file = join(ROOT, 'bench/results', `${at.replaceAll(':', '-').slice(0, 19)}.json`)
  await mkdir(dirname(file), { recursive: true })
  const kept = { at, commit: commit(ROOT), machine: machine(), figures }
  await Bun.write(file, `${JSON.stringify(kept, null, 2)}\n`)
  say(`bench: kept in ${file}`)
}

function published({ spread: _spread, note: _note, ...result }: Figure): BenchResult {
  return result
}

process.exit(await main(process.argv.slice(2)))
