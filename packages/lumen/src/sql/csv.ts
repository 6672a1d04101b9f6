const QUOTE = '"'

/** Fields of a CSV text (RFC 4180), line by line. The last line may lack its end. */
export function parseCsv(text: string): string[][] {
  const lines: string[][] = []
  let line: string[] = []
  let field = ''
  let isQuoted = false
  const endField = () => {
    line.push(field)
    field = ''
  }
  const endLine = () => {
    endField()
    lines.push(line)
    line = []
  }
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!
    if (isQuoted) {
      if (char !== QUOTE) field += char
      else if (text[at + 1] === QUOTE) {
        field += QUOTE
        at++
      } else isQuoted = false
    } else if (char === QUOTE) isQuoted = true
    else if (char === ',') endField()
    else if (char === '\n') endLine()
    else if (char !== '\r' || text[at + 1] !== '\n') field += char
  }
  if (field !== '' || line.length > 0) endLine()
  return lines
}
