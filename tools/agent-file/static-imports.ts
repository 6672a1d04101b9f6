const TAKEN_LATER = /const (?<names>\{[^}]*\}) = await import\((?<place>'[.@][^']+')\)/g
const MODULE_LATER = /await import\((?<place>'[.@][^']+')\)/g

/** Modules that are loaded when needed are loaded with the rest: in one file that saves nothing, and the wrapping of each
 * module that it takes costs 2 %. */
export function withStaticImports(text: string): string {
  const imports: string[] = []
  const named = text.replace(TAKEN_LATER, (_, names: string, place: string) => {
    imports.push(`import ${names} from ${place}`)
    return ''
  })
  const body = named.replace(MODULE_LATER, (_, place: string) => {
    imports.push(`import * as later${imports.length} from ${place}`)
    return `later${imports.length - 1}`
  })
  return [...imports, body].join('\n')
}
