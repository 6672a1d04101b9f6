/** JSON with keys in order, so that equal objects give equal text. Flat objects only. */
export function canonicalJson(value: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(value, Object.keys(value).sort())
}
