/** One module another one names. */
export interface SourceImport {
  specifier: string
  /** Erased before the program runs: counts for direction, not for cycles. */
  isTypeOnly: boolean
  line: number
}

const STATEMENT =
  /^[ \t]*(?:import|export)\s+(?:(type)\s+)?(?:([\w*{}\s,$]*?)\s*from\s*)?['"]([^'"\n]+)['"]/gm
const DYNAMIC = /\b(?:import|require)\(\s*(?:\/\*[^*]*\*\/\s*)?['"]([^'"\n]+)['"]/g
const WORKER = /\bnew URL\(\s*['"](\.[^'"\n]+\.tsx?)['"]\s*,\s*import\.meta\.url\s*\)/g

/** The imports, re-exports, dynamic imports and worker files a TypeScript source names, in order of kind. */
export function sourceImports(source: string): SourceImport[] {
  const code = withoutComments(source)
  const lineOf = (index: number) => code.slice(0, index).split('\n').length
  const statements = [...code.matchAll(STATEMENT)].map((match) => ({
    specifier: match[3]!,
    isTypeOnly: match[1] !== undefined || onlyInlineTypes(match[2]),
    line: lineOf(match.index + match[0].length),
  }))
  // A worker is loaded by path into another thread: an edge of direction, never a cycle of initialisation.
  const loaded = (pattern: RegExp, isTypeOnly: boolean) =>
    [...code.matchAll(pattern)].map((match) => ({
      specifier: match[1]!,
      isTypeOnly,
      line: lineOf(match.index),
    }))
  return [...statements, ...loaded(DYNAMIC, false), ...loaded(WORKER, true)]
}

function onlyInlineTypes(clause: string | undefined): boolean {
  const braces = clause?.trim().match(/^\{([\s\S]*)\}$/)
  if (!braces) return false
  const names = braces[1]!
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  return names.length > 0 && names.every((name) => name.startsWith('type '))
}

/** Blanks comments, keeping strings and line breaks; good enough for source that passes the type check. */
function withoutComments(source: string): string {
  return source.replace(
    /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\/\*[\s\S]*?\*\/|(^|[^:\\])\/\/[^\n]*/gm,
    (whole, text: string | undefined, before: string | undefined) =>
      text ?? (before ?? '') + whole.slice(before?.length ?? 0).replace(/[^\n]/g, ' '),
  )
}
