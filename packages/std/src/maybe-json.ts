/** What a text says as JSON; undefined when it is none. Of whatever size: bound it before. */
export function maybeJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
