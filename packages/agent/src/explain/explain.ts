import { CATALOG, ENTITY_NAMES } from '@lumen/model/catalog'
import type { Clock } from '@lumen/std/clock'
import { allCollectors } from '../collectors/all.ts'
import type { Collector } from '../collectors/collector.ts'
import { FACTS_READS, readFacts } from '../collectors/facts.ts'
import { type AgentConfig, OWN_ROOTS, type Roots } from '../config.ts'
import { ENVIRONMENT_READS } from '../environment/environment.ts'
import { collectOnce } from '../once.ts'
import { covers, placed, type Reads, type Sent } from '../reads.ts'
import type { UpdatingProgram } from '../update/updater.ts'
import { connections } from './connections.ts'
import type { ExplainedCollector, Explanation } from './explanation.ts'
import { type GivenFiles, ownFiles } from './own-files.ts'
import { hubMay, never } from './promises.ts'
import { RUNTIME_FILES, startFolder } from './runtime-files.ts'

export type ExplainConfig = Omit<AgentConfig, 'hubUrl' | 'token' | 'name' | 'intervalMs'> & {
  hubUrl?: string | undefined
  /** Where its owner lets it replace itself. */
  updates?: Pick<UpdatingProgram, 'build' | 'dir'> | undefined
  health?: string | undefined
}

export interface ExplainOptions {
  config: ExplainConfig
  clock: Clock
  version: string
  given?: GivenFiles
  /** Between the two readings of the sample frame. */
  waitMs?: number
}

/** What an agent with this configuration may touch, from the declarations its own collectors carry, and one frame as it
 * would be pushed. Reads the machine twice, with the programs it may run; sends nothing. */
export async function explain({
  config,
  clock,
  version,
  given = {},
  waitMs,
}: ExplainOptions): Promise<Explanation> {
  const machine = allCollectors(config, clock, config)
  const { environment } = machine
  machine.stop()
  return {
    version,
    environment: {
      kind: environment.kind,
      agent_in: environment.agentIn ?? null,
      reasons: environment.reasons,
    },
    runs_as: { uid: process.getuid?.() ?? null, capabilities: capabilities(machine.collectors) },
    collectors: machine.collectors.map((collector) => explained(collector, config)),
    switches: machine.states(),
    surroundings: {
      environment: [
        ...new Set([...places(ENVIRONMENT_READS, config), ...places(ENVIRONMENT_READS, OWN_ROOTS)]),
      ],
      facts: places(FACTS_READS, config),
    },
    own_files: ownFiles(config, given),
    runtime_files: [...RUNTIME_FILES, ...startFolder(process.cwd())],
    connections: connections(config, config.hubUrl),
    hub_may: hubMay(config.updates !== undefined),
    never: never({
      hasPrograms: machine.collectors.some(({ runs }) => runs !== undefined),
      updates: config.updates !== undefined,
    }),
    facts: readFacts(config, environment),
    frame: await collectOnce(config, clock, waitMs),
  }
}

function explained(collector: Collector, roots: Roots): ExplainedCollector {
  return {
    name: collector.name,
    switch: collector.switch ?? null,
    reads: places(collector.reads, roots),
    asks: collector.asks ?? [],
    runs: collector.runs ?? [],
    sends: fieldsOf(collector.sends),
    as_root: collector.asRoot ?? null,
  }
}

function places(reads: Reads, roots: Roots): string[] {
  return [...new Set(reads.map((read) => placed(read, roots)))]
}

/** Declared fields by their names in the catalogue. */
export function fieldsOf(sends: readonly Sent[]): string[] {
  const isSent = sends.map((sent) => covers(sent))
  return ENTITY_NAMES.flatMap((entity) => {
    const { fields, attributes } = CATALOG[entity]
    return [...Object.keys(fields), ...Object.keys(attributes)].map((name) => `${entity}.${name}`)
  }).filter((name) => isSent.some((covered) => covered(name)))
}

function capabilities(collectors: readonly Collector[]): string[] {
  const more = collectors.flatMap(({ name, asRoot }) => (asRoot === undefined ? [] : [`${name}: ${asRoot}`]))
  return ['none is needed; without root some numbers are missing, never wrong', ...more]
}
