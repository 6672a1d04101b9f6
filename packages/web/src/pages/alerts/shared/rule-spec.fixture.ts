import type { RuleSpec } from '@lumen/protocol/http/alerts/rule'

/** A rule about the CPU of all hosts, for tests. */
export function ruleSpec(part: Partial<RuleSpec> = {}): RuleSpec {
  return {
    name: 'Busy',
    is_enabled: true,
    scope: { hosts: 'all', except: [] },
    condition: {
      kind: 'threshold',
      metric: 'host.cpu_pct',
      key: '*',
      direction: 'above',
      warning: 90,
      critical: null,
      clear: null,
    },
    for_ms: 300_000,
    no_data: 'keep',
    schedule: null,
    overrides: [],
    channels: null,
    repeat_ms: null,
    escalate: null,
    ...part,
  }
}
