/** What a JUnit report says, case by case. */
export interface TestReport {
  passed: number
  failed: number
  /** Files of which a case failed. */
  failedFiles: Set<string>
  /** `file: name` of each. */
  skipped: string[]
  /** Files of which at least one case was run or skipped. */
  files: Set<string>
}

/** Reads the report `bun test --reporter=junit` writes. Bun lists no file that could not be loaded: compare
 * `files` with what was asked for.
 * @throws {Error} when the text is no finished report, as after a crash. */
export function readJunit(xml: string): TestReport {
  if (!xml.trimEnd().endsWith('</testsuites>')) throw new Error('the test report is cut off')
  const report: TestReport = { passed: 0, failed: 0, failedFiles: new Set(), skipped: [], files: new Set() }
  const cases = xml.matchAll(/<testcase\b((?:[^>"]|"[^"]*")*?)(?:(\/)>|>([\s\S]*?)<\/testcase>)/g)
  for (const [, attributes = '', , inner = ''] of cases) {
    const file = attribute(attributes, 'file')
    report.files.add(file)
    if (/<(failure|error)\b/.test(inner)) {
      report.failed += 1
      report.failedFiles.add(file)
    } else if (/<skipped\b/.test(inner)) report.skipped.push(`${file}: ${attribute(attributes, 'name')}`)
    else report.passed += 1
  }
  return report
}

function attribute(attributes: string, name: string): string {
  const raw = attributes.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1] ?? '?'
  return raw
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&')
}
