/** Whether a text fits a glob as a whole: `*` any run of characters (also none), `?` exactly one, everything else
 * itself; case does not count. Cost at most length of glob × length of text, whatever the stars. */
export function matchesGlob(glob: string, text: string): boolean {
  if (glob === '*') return true
  const wanted = Array.from(glob.toLowerCase())
  const given = Array.from(text.toLowerCase())
  let at = 0
  let next = 0
  // The newest star, and where what follows it was last tried: no earlier star ever needs another try.
  let star = -1
  let tried = 0
  while (at < given.length) {
    if (wanted[next] === '*') {
      star = next++
      tried = at
    } else if (next < wanted.length && (wanted[next] === '?' || wanted[next] === given[at])) {
      next++
      at++
    } else if (star >= 0) {
      next = star + 1
      at = ++tried
    } else {
      return false
    }
  }
  while (wanted[next] === '*') next++
  return next === wanted.length
}
