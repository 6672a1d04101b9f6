import type { EntitySpec } from '@lumen/model/field'
import { COMMANDS } from '../../packages/lumen/src/cli/command-specs.ts'
import { CATALOG } from '../../packages/model/src/catalog.ts'

/** The catalogue as far as an agent looks into it: which entities there are, how many rows, which fields within which
 * bounds and which words. Fields of an entity stand together by their bounds. */
export function catalogOfBounds(): string {
  const entities = Object.entries(CATALOG).map(([name, spec]: [string, EntitySpec]) => {
    const byBounds = Map.groupBy(Object.entries(spec.fields), ([, { bounds }]) => bounds.join())
    const fields = [...byBounds].map(
      ([bounds, list]) => `[${bounds}],'${list.map(([field]) => field).join(' ')}'`,
    )
    const words = Object.keys(spec.attributes).join(' ')
    return `${name}:entity(${spec.keyTitle === null ? null : "''"},${spec.maxRows},'${words}',${fields.join()})`
  })
  return `
const all = (names, spec) => names.split(' ').filter(Boolean).map((name) => [name, spec])
const entity = (keyTitle, maxRows, words, ...fields) => ({
  keyTitle,
  maxRows,
  fields: Object.fromEntries(fields.flatMap((names, index) => index % 2 ? all(names, { bounds: fields[index - 1] }) : [])),
  attributes: Object.fromEntries(all(words, {})),
})
export const CATALOG = {${entities.join()}}
export const ENTITY_NAMES = Object.keys(CATALOG)`
}

/** Of the commands the agent's alone. */
export function onlyAgentCommand(): string {
  return `export const COMMANDS = ${JSON.stringify({ agent: COMMANDS.agent })}`
}
