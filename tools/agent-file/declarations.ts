import { type Node, replaceNodes, visitProgram } from './syntax.ts'

/** What a collector declares for --explain and nothing else reads (`Declaration` in packages/agent/src/reads.ts). */
const DECLARED = new Set(['reads', 'sends', 'asks', 'runs', 'asRoot'])

/** Tables of what is read that several collectors declare, `GROUP_READS`. */
const SHARED = /_READS$/

/** A source without the declarations of its collectors: the members by those names of each class and object that can
 * `collect`, and what is in the tables they share. */
export function withoutDeclarations(name: string, text: string): string {
  const cuts: Node[] = []
  visitProgram(name, text, (node) => {
    if (node.type !== 'ClassBody' && node.type !== 'ObjectExpression') return
    const members = (node.type === 'ClassBody' ? node.body : node.properties) as Node[]
    if (!members.some((member) => nameOf(member) === 'collect')) return
    const declared = members.filter((member) => DECLARED.has(nameOf(member) ?? ''))
    cuts.push(...declared.map((member) => withComma(member, text)))
  })
  return withEmptyTables(name, replaceNodes(text, cuts, ''))
}

function withEmptyTables(name: string, text: string): string {
  const tables: Node[] = []
  visitProgram(name, text, (node) => {
    const { id, init } = node as Partial<Record<'id' | 'init', Node | null>>
    if (node.type !== 'VariableDeclarator' || !SHARED.test(String(id?.name)) || !init) return
    tables.push(init)
  })
  return replaceNodes(text, tables, '[]')
}

function nameOf({ key }: Node): string | undefined {
  const { type, name } = (key ?? {}) as Partial<Node>
  return type === 'Identifier' ? (name as string) : undefined
}

function withComma(node: Node, text: string): Node {
  const comma = /^\s*,/.exec(text.slice(node.end))?.[0] ?? ''
  return { ...node, end: node.end + comma.length }
}
