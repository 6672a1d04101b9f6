const INTERRUPTED = 'Interrupted while still running:'

/** What the named files printed in a run of `bun test --parallel`, file by file and without their tests that passed:
 * failures whole, in one place. A file that printed nothing is left out; what was running when the run was stopped is told
 * always. */
export function failureReport(output: string, files: ReadonlySet<string>): string[] {
  const told = new Map<string, string[]>()
  let section: string | undefined
  for (const line of output.split('\n')) {
    // Files that run side by side take turns, each time under a heading.
    const heading = line === INTERRUPTED ? INTERRUPTED : /^(\S+\.test\.tsx?):$/.exec(line)?.[1]
    if (heading !== undefined) {
      section = heading === INTERRUPTED || files.has(heading) ? heading : undefined
      if (section !== undefined && !told.has(section)) told.set(section, [line])
    } else if (/^(?: \d+ pass|\d+ tests? failed:)$/.test(line)) {
      // The sum over all files.
      section = undefined
    } else if (section !== undefined && !/^\((?:pass|skip)\) /.test(line)) {
      told.get(section)!.push(line)
    }
  }
  return [...told.values()].map((lines) => lines.join('\n').trimEnd())
}
