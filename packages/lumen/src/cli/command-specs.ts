export type CommandName =
  | 'up'
  | 'hub'
  | 'agent'
  | 'host'
  | 'user'
  | 'proxmox'
  | 'backup'
  | 'restore'
  | 'doctor'
  | 'sql'
  | 'simulate'
  | 'demo'
  | 'version'
  | 'help'

export interface CommandSpec {
  /** What follows the name, one line a form. */
  forms: readonly string[]
  summary: string
  /** Which file its settings come from, or none. */
  file: 'hub' | 'agent' | null
}

/** Every command with what help and the reference say of it. */
export const COMMANDS: Readonly<Record<CommandName, CommandSpec>> = {
  up: {
    forms: [''],
    summary: 'hub and an agent for this machine, which it registers by itself',
    file: 'hub',
  },
  hub: { forms: [''], summary: 'the hub alone', file: 'hub' },
  agent: {
    forms: ['', '--once', '--healthy', '--explain [--json]'],
    summary: 'the agent alone',
    file: 'agent',
  },
  host: {
    forms: ['add NAME', 'list', 'rotate NAME', 'remove NAME'],
    summary: 'manage hosts; add and rotate print the token once, alone on stdout',
    file: 'hub',
  },
  user: {
    forms: ['add NAME', 'list', 'reset-password NAME'],
    summary: 'manage users; the password is read from stdin or prompted for',
    file: 'hub',
  },
  proxmox: {
    forms: [
      'add NAME --address ADDR,… --token-id ID --cluster-ca FILE|--fingerprint SHA256,…|--public-ca [--disk-smart]',
      'list',
      'test NAME',
      'remove NAME',
    ],
    summary:
      'connect Proxmox clusters and backup servers; the secret of the token is read from stdin or prompted for',
    file: 'hub',
  },
  backup: {
    forms: ['FILE', '-'],
    summary: 'copy everything the hub keeps into one file, while it runs or not',
    file: 'hub',
  },
  restore: {
    forms: ['FILE', 'FILE --force', 'FILE --verify-only'],
    summary: 'put a backup in place of the data directory’s content, all of it or nothing',
    file: 'hub',
  },
  doctor: { forms: [''], summary: 'check the installation and say what to fix', file: 'hub' },
  sql: {
    forms: ['"QUERY" --format table|csv|json'],
    summary: 'ask the stored history in SQL, beside a running hub too; needs DuckDB',
    file: 'hub',
  },
  simulate: {
    forms: ['--hosts N --hub URL --data DIR', '--hub URL --tokens-file FILE'],
    summary: 'a fleet of simulated agents over the real protocol, for load tests',
    file: null,
  },
  demo: {
    forms: ['', '--hosts N --days N'],
    summary:
      'a hub with a fleet and a Proxmox cluster that do not exist and their history, to look at; nothing of it stays',
    file: null,
  },
  version: { forms: [''], summary: 'print the version', file: null },
  help: { forms: ['[COMMAND]'], summary: 'print this, or the help of a command', file: null },
}
