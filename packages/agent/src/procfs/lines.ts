/** The whitespace-separated numbers of a line from the `from`th word on; NaN where a word is not a number. */
export function numbersOf(line: string, from = 0): number[] {
  const words = line.trim().split(/\s+/)
  const numbers: number[] = []
  for (let i = from; i < words.length; i += 1) numbers.push(Number(words[i]))
  return numbers
}

/** Lines without the empty ones. */
export function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '')
}
