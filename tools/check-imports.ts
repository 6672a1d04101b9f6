import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { type SourceImport, sourceImports } from './source-imports.ts'

/** What each package may import beside itself. `null`: anything but what is forbidden below. */
const MAY_IMPORT: Readonly<Record<string, readonly string[] | null>> = {
  std: [],
  model: ['std'],
  protocol: ['model', 'std'],
  tsdb: ['model', 'std'],
  agent: ['protocol', 'model', 'std'],
  web: ['protocol', 'model', 'std'],
  hub: ['protocol', 'tsdb', 'model', 'std'],
  lumen: ['agent', 'hub', 'protocol', 'tsdb', 'model', 'std'],
  testkit: ['lumen', 'agent', 'hub', 'protocol', 'tsdb', 'model', 'std'],
}

/** Commands that show or load what does not exist are the testkit's machines as a command. */
const TESTKIT_COMMANDS = [
  'packages/lumen/src/commands/simulate.ts',
  'packages/lumen/src/commands/demo.ts',
  'packages/lumen/src/demo/',
]

interface Edge extends SourceImport {
  from: string
  /** File it leads to, relative to the root; undefined outside the packages (npm, node:, bun:). */
  to: string | undefined
}

/** Every edge against the arrow `std <- model <- protocol <- …` and every import cycle under `packages/NAME/src`,
 * one sentence each; empty when the tree is sound. Tests may also use the testkit. */
export function checkImports(root: string): string[] {
  const files = sourceFiles(join(root, 'packages')).map((file) => toPosix(relative(root, file)))
  const edges = files.flatMap((from) =>
    sourceImports(readFileSync(join(root, from), 'utf8')).map(
      (found): Edge => ({ ...found, from, to: target(root, from, found.specifier) }),
    ),
  )
  return [...edges.flatMap(directionFault), ...cycles(files, edges)]
}

function directionFault(edge: Edge): string[] {
  const { from, to, specifier } = edge
  if (to === undefined) return []
  const at = `${from}:${edge.line}`
  const here = packageOf(from)
  const there = packageOf(to)
  if (here === there) {
    if (here === 'hub' && entersHttp(from, to))
      return [`${at} imports ${specifier}: inside the hub only hub.ts mounts http/`]
    return []
  }
  if (specifier.startsWith('.')) return [`${at} reaches into ${there} by path: write @lumen/${there}/…`]
  if (there === 'testkit' && (isTest(from) || TESTKIT_COMMANDS.some((start) => from.startsWith(start))))
    return []
  const allowed = MAY_IMPORT[here]
  if (allowed === undefined) return [`${at} belongs to packages/${here}, which the import rules do not know`]
  if (allowed?.includes(there)) return []
  return [`${at} imports ${specifier}: ${here} may import ${allowed?.join(', ') || 'no other package'}`]
}

/** Tests sit beside what they test and may go through the front door. */
function entersHttp(from: string, to: string): boolean {
  const inHttp = (file: string) => file.startsWith('packages/hub/src/http/')
  return inHttp(to) && !inHttp(from) && from !== 'packages/hub/src/hub.ts' && !isTest(from)
}

/** Cycles of imports that exist when the program runs, each once, starting at its first file by name. */
function cycles(files: readonly string[], edges: readonly Edge[]): string[] {
  const next = new Map<string, string[]>(files.map((file) => [file, []]))
  for (const edge of edges) if (!edge.isTypeOnly && edge.to !== undefined) next.get(edge.from)?.push(edge.to)
  const found = new Map<string, string>()
  const done = new Set<string>()
  const visit = (file: string, path: string[]) => {
    const start = path.indexOf(file)
    if (start >= 0) {
      const cycle = rotated(path.slice(start))
      found.set(cycle.join('\n'), `import cycle: ${[...cycle, cycle[0]!].join(' -> ')}`)
      return
    }
    if (done.has(file)) return
    for (const to of next.get(file) ?? []) visit(to, [...path, file])
    done.add(file)
  }
  for (const file of files) visit(file, [])
  return [...found.values()]
}

function rotated(cycle: string[]): string[] {
  const first = cycle.indexOf([...cycle].sort()[0]!)
  return [...cycle.slice(first), ...cycle.slice(0, first)]
}

function target(root: string, from: string, specifier: string): string | undefined {
  const own = specifier.match(/^@lumen\/([^/]+)(?:\/(.+))?$/)
  if (own)
    return (
      existing(root, `packages/${own[1]}/src/${own[2] ?? 'index'}`) ?? `packages/${own[1]}/src/${own[2]}.ts`
    )
  if (!specifier.startsWith('.')) return undefined
  const path = toPosix(relative(root, resolve(root, dirname(from), specifier.replace(/\?.*$/, ''))))
  const file = existing(root, path) ?? path
  return file.startsWith('packages/') ? file : undefined
}

function existing(root: string, path: string): string | undefined {
  return [path, `${path}.ts`, `${path}.tsx`].find(
    (candidate) => existsSync(join(root, candidate)) && statSync(join(root, candidate)).isFile(),
  )
}

function sourceFiles(packages: string): string[] {
  return readdirSync(packages)
    .map((name) => join(packages, name, 'src'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.tsx?$/.test(name))
        .map((name) => join(folder, name)),
    )
    .sort()
}

const packageOf = (file: string) => file.split('/')[1]!
const isTest = (file: string) => /\.test\.tsx?$/.test(file)
const toPosix = (path: string) => path.split(sep).join('/')
