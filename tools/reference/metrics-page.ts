import { CATALOG, ENTITY_NAMES } from '@lumen/model/catalog'
import type { EntitySpec, FieldSpec, Unit } from '@lumen/model/field'

const UNIT_TEXT: Readonly<Record<Unit, string>> = {
  percent: '%',
  bytes: 'bytes',
  bytes_per_second: 'bytes/s',
  per_second: '1/s',
  count: 'count',
  load: 'load',
  celsius: '°C',
  rpm: 'rpm',
  watts: 'W',
  cores: 'cores',
  seconds: 's',
  milliseconds: 'ms',
  hours: 'h',
}

/** docs/reference/metrics.md: every entity and field of the catalogue. */
export function metricsPage(): string {
  const sections = ENTITY_NAMES.map((entity) => section(entity, CATALOG[entity]))
  return `# Metrics

A metric is named \`entity.field\`, as in \`host.cpu_pct\`. Every field keeps its average; where *max* says yes, the highest value of a bucket as well. *Live* fields are kept in memory for 15 minutes and never written. A value that cannot be read is missing (null), never 0.

${sections.join('\n\n')}
`
}

function section(entity: string, spec: EntitySpec): string {
  const rows =
    spec.keyTitle === null
      ? 'One row a host.'
      : `One row for each ${spec.keyTitle.toLowerCase()}, at most ${spec.maxRows}; \`key\` is its ${spec.keyTitle.toLowerCase()}.`
  const attributes = Object.entries(spec.attributes).map(([name, { kind }]) => `\`${name}\` (${kind})`)
  const words = attributes.length === 0 ? '' : `\n\nWords that come along: ${attributes.join(', ')}.`
  const lines = Object.entries(spec.fields).map(([field, fieldSpec]) => line(entity, field, fieldSpec))
  return `## ${spec.title}

${rows}${words}

| metric | meaning | unit | kind | decimals | max | kept | source |
|---|---|---|---|---|---|---|---|
${lines.join('\n')}`
}

function line(entity: string, field: string, spec: FieldSpec): string {
  const cells = [
    `\`${entity}.${field}\``,
    spec.title,
    UNIT_TEXT[spec.unit],
    spec.kind,
    spec.decimals,
    spec.keepsMax ? 'yes' : '',
    spec.isPersisted ? 'yes' : 'live',
    spec.source,
  ]
  return `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|').replaceAll('<', '&lt;')).join(' | ')} |`
}
