import { type Node, replaceNodes, visitProgram } from './syntax.ts'

const LETTERS = [...'$_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ']

/** Gives `undefined` a variable of its own, which is never assigned: an agent asks for it on every third line, and a
 * minifier writes it `void 0`. */
export function nameUndefined(program: string): string {
  const found: Node[] = []
  const taken = new Set<unknown>()
  visitProgram('agent.js', program, (node) => {
    if (node.type === 'Identifier') taken.add(node.name)
    if (node.type === 'UnaryExpression' && node.operator === 'void') found.push(node)
  })
  const name = LETTERS.flatMap((first) => LETTERS.map((second) => first + second)).find(
    (candidate) => !taken.has(candidate) && !WORDS.has(candidate),
  )
  const zeros = found.filter(({ argument }) => (argument as { value?: unknown }).value === 0)
  return name === undefined ? program : `var ${name};${replaceNodes(program, zeros, name)}`
}

/** Words of the language that are as short. */
const WORDS = new Set(['as', 'do', 'if', 'in', 'is', 'of'])
