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
}

/** Of a file that does not explain. */
const UNEXPLAINED: Readonly<Record<string, () => string>> = {
  'model/src/catalog.ts': catalogOfBounds,
  'lumen/src/commands/explain-agent.ts': () => source('lumen/src/commands/explain-elsewhere.ts'),
}

/** Leaves out of the sources what an agent alone never needs: texts of documentation, commands and settings of the
 * hub, and where it does not explain itself, what only --explain says. */
export function sourcesReduced({ canExplain }: { canExplain: boolean }): BunPlugin {
  const reduced = canExplain ? REDUCED : { ...REDUCED, ...UNEXPLAINED }
  return {
    name: 'sources-reduced',
    setup(build) {
      build.onLoad({ filter: /[/\\]packages[/\\][^/\\]+[/\\]src[/\\].*\.ts$/ }, ({ path }) => {
        const name = path.slice(join(ROOT, 'packages').length + 1).replaceAll('\\', '/')
        const text = withStaticImports(reduced[name]?.() ?? source(name))
        return { contents: canExplain ? text : withoutDeclarations(name, text), loader: 'ts' }
      })
    },
  }
}
