import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BunPlugin } from 'bun'
import { ROOT } from '../run.ts'
import { withoutDeclarations } from './declarations.ts'
import { withStaticImports } from './static-imports.ts'
import { catalogOfBounds, onlyAgentCommand } from './tables.ts'

const source = (path: string) => readFileSync(join(ROOT, 'packages', path), 'utf8')

/** Modules of which an agent needs less than others: what stands in their place, by their paths in packages/. */
const REDUCED: Readonly<Record<string, () => string>> = {
  'lumen/src/cli/command-specs.ts': onlyAgentCommand,
  'lumen/src/cli/hub-options.ts': () => 'export const HUB_OPTIONS = {}',
  // Rings for executables alone.
  'lumen/src/update/alarm.ts': () => 'export const alarm = async () => {}',
}

const elsewhere = () => source('lumen/src/commands/elsewhere.ts')

/** Of the small file. */
const SMALL: Readonly<Record<string, () => string>> = {
  'model/src/catalog.ts': catalogOfBounds,
  'lumen/src/commands/explain-agent.ts': elsewhere,
  'lumen/src/commands/begin-updating.ts': elsewhere,
  'lumen/src/commands/health-file.ts': elsewhere,
}

/** Leaves out of the sources what an agent alone never needs: texts of documentation, commands and settings of the
 * hub, and unless it is the full file, what only --explain and --auto-update take. */
export function sourcesReduced({ isFull }: { isFull: boolean }): BunPlugin {
  const reduced = isFull ? REDUCED : { ...REDUCED, ...SMALL }
  return {
    name: 'sources-reduced',
    setup(build) {
      build.onLoad({ filter: /[/\\]packages[/\\][^/\\]+[/\\]src[/\\].*\.ts$/ }, ({ path }) => {
        const name = path.slice(join(ROOT, 'packages').length + 1).replaceAll('\\', '/')
        const text = withStaticImports(reduced[name]?.() ?? source(name))
        return { contents: isFull ? text : withoutDeclarations(name, text), loader: 'ts' }
      })
    },
  }
}
