import { parseSync } from 'vite'

/** A node of a syntax tree (ESTree), with its place in the text. */
export interface Node {
  type: string
  start: number
  end: number
  [member: string]: unknown
}

/** Looks at every node of a program, outer ones first.
 * @throws {Error} where the text is no program */
export function visitProgram(name: string, text: string, look: (node: Node) => void): void {
  const { program, errors } = parseSync(name, text)
  if (errors.length > 0) throw new Error(`${name}: ${errors.map(({ message }) => message).join('; ')}`)
  visit(program as unknown as Node, look)
}

/** Puts `replacement` in the place of nodes that do not lie within each other. */
export function replaceNodes(text: string, nodes: readonly Node[], replacement: string): string {
  const parts: string[] = []
  let at = 0
  for (const { start, end } of [...nodes].sort((one, other) => one.start - other.start)) {
    parts.push(text.slice(at, start), replacement)
    at = end
  }
  return [...parts, text.slice(at)].join('')
}

function visit(node: Node, look: (node: Node) => void): void {
  look(node)
  for (const value of Object.values(node))
    for (const child of Array.isArray(value) ? value : [value])
      if (child !== null && typeof child === 'object' && 'type' in child) visit(child as Node, look)
}
