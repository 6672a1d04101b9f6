import type { Connection, ExplainedCollector, Explanation, OwnFile } from './explanation.ts'

/** An explanation for people. */
export function explainText(explanation: Explanation): string {
  const { environment, runs_as, collectors, switches, surroundings } = explanation
  const off = Object.entries(switches).filter(([, state]) => state === 'forbidden')
  return [
    `Lumen agent ${explanation.version}: all it may read, ask and send with this configuration.`,
    section('Where it finds itself', [
      `${environment.kind}${environment.agent_in === null ? '' : `, the agent itself in ${environment.agent_in}`}`,
      ...environment.reasons.map((reason) => `because ${reason}`),
    ]),
    section('Rights', [
      `runs as ${runs_as.uid === 0 ? 'root' : `user ${runs_as.uid ?? 'unknown'}`}`,
      ...runs_as.capabilities,
    ]),
    section('Connects to', [
      ...explanation.connections.flatMap(connectionLines),
      'nobody else; it does not listen anywhere',
    ]),
    ...collectors.map(collectorText),
    section('Switched off on this machine', off.length === 0 ? ['nothing'] : off.map(([name]) => name)),
    section('Reads to find out where it is, at the start', surroundings.environment),
    section('Reads to tell what the machine is, every ten minutes', surroundings.facts),
    section('Reads and writes for itself', explanation.own_files.map(fileLine)),
    section('Opened by the runtime and the system’s libraries', explanation.runtime_files.map(fileLine)),
    section('The hub may', explanation.hub_may),
    section('Never', explanation.never),
    `What the machine is, as it is sent:\n${JSON.stringify(explanation.facts, null, 2)}`,
    `One frame, as it is sent every interval:\n${JSON.stringify(explanation.frame, null, 2)}`,
    '',
  ].join('\n\n')
}

function section(title: string, lines: readonly string[]): string {
  return [title, ...lines.map((line) => `  ${line}`)].join('\n')
}

function fileLine({ path, access, why }: OwnFile): string {
  return `${access.padEnd(5)} ${path}  (${why})`
}

function connectionLines({ to, if_present, why, calls }: Connection): string[] {
  const places = to.map((place) => `${place}${if_present ? ', if it is there' : ''}`)
  return [...places, `  ${why}`, ...calls.map((call) => `  ${call}`)]
}

function collectorText({
  name,
  switch: word,
  reads,
  asks,
  runs,
  sends,
  as_root,
}: ExplainedCollector): string {
  const title = `Collector ${name}${word === null ? '' : ` (off with --${word} off, or by the hub)`}`
  return section(title, [
    ...reads.map((path) => `reads ${path}`),
    ...asks.map((what) => `asks  ${what}`),
    ...runs.map((what) => `runs  ${what}`),
    `sends ${sends.join(', ')}`,
    ...(as_root === null ? [] : [`note  ${as_root}`]),
  ])
}
