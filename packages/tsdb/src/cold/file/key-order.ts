/** Order of keys in a cold file: by code point, which is the order of their UTF-8 bytes and SQLite's. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i)
    const right = b.charCodeAt(i)
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

/** Surrogates stand for code points above all single units. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit
}

/** Order of series in a cold file. */
export function compareSeries(a: { host: number; key: string }, b: { host: number; key: string }): number {
  return a.host - b.host || compareKeys(a.key, b.key)
}
