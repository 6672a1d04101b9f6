export interface Family {
  name: string
  help: string
  type: 'counter' | 'gauge'
  values: readonly { labels?: Readonly<Record<string, string>>; value: number }[]
}

/** Metric families in Prometheus's text format 0.0.4. Values that are not numbers are left out. */
export function prometheusText(families: readonly Family[]): string {
  return families
    .filter(({ values }) => values.length > 0)
    .map(({ name, help, type, values }) => {
      const lines = values
        .filter(({ value }) => Number.isFinite(value))
        .map(({ labels = {}, value }) => `${name}${labelText(labels)} ${value}\n`)
      return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n${lines.join('')}`
    })
    .join('')
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
