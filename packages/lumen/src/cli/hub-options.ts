import { type OptionSpec, option } from './option.ts'
import { duration, httpUrl, listenAddress, networks, oneOf, onOff, text, wholeNumber } from './value.ts'

const HUB = ['up', 'hub'] as const
const SIMULATED = ['simulate', 'demo'] as const
const DATA = [
  'up',
  'hub',
  'host',
  'user',
  'proxmox',
  'backup',
  'restore',
  'doctor',
  'sql',
  'simulate',
] as const

/** Settings an agent knows nothing of: `lumen-agent.js` does without. */
export const HUB_OPTIONS = {
  data: option('DIR', text, DATA, 'where the hub keeps everything', { fallback: './data' }),
  listen: option('ADDR', listenAddress, [...HUB, 'doctor', 'demo'], 'address and port the hub listens on', {
    fallback: '0.0.0.0:8090',
  }),
  'tls-cert': option(
    'FILE',
    text,
    [...HUB, 'doctor'],
    'certificate (PEM) for serving HTTPS itself, with --tls-key',
  ),
  'tls-key': option('FILE', text, HUB, 'private key (PEM) for --tls-cert'),
  'public-url': option('URL', httpUrl, HUB, 'address of the hub shown in install commands', {
    fallbackText: 'from the request',
  }),
  downloads: option('DIR', text, HUB, 'builds of Lumen that agents are installed from', {
    fallbackText: 'dist beside the program',
  }),
  'trust-proxy': option('CIDR,…', networks, HUB, 'proxies whose forwarded headers count', {
    fallbackText: 'none',
  }),
  'metrics-allow': option('CIDR,…', networks, HUB, 'networks that may read /metrics', {
    fallbackText: 'none',
  }),
  'setup-code': option('CODE', text, HUB, 'code that makes the first admin', {
    fallbackText: 'random, printed at first start',
  }),
  'backup-passphrase-file': option(
    'FILE',
    text,
    HUB,
    'file whose first line encrypts the backups the hub makes by itself',
  ),
  'passphrase-file': option(
    'FILE',
    text,
    ['backup', 'restore'],
    'file whose first line encrypts the backup, or opens it',
  ),
  encrypt: option(null, onOff, ['backup'], 'ask for a passphrase and encrypt with it', { isFlagOnly: true }),
  force: option(null, onOff, ['backup', 'restore'], 'replace what is there', { isFlagOnly: true }),
  'verify-only': option(null, onOff, ['restore'], 'check the whole file and change nothing', {
    isFlagOnly: true,
  }),
  format: option(
    'FORMAT',
    oneOf('table', 'csv', 'json'),
    ['sql'],
    'how the answer is written: table, csv or json',
    { fallback: 'table', isFlagOnly: true },
  ),
  kind: option(
    'pve|pbs',
    oneOf('pve', 'pbs'),
    ['proxmox'],
    'a Proxmox VE cluster or node, or a backup server',
    {
      fallback: 'pve',
      isFlagOnly: true,
    },
  ),
  address: option(
    'ADDR,…',
    text,
    ['proxmox'],
    'names or IP addresses of a cluster’s nodes, with a port if need be',
    {
      isFlagOnly: true,
    },
  ),
  'token-id': option('USER@REALM!NAME', text, ['proxmox'], 'the token to ask with', { isFlagOnly: true }),
  'cluster-ca': option(
    'FILE',
    text,
    ['proxmox'],
    'certificate (PEM) of the cluster’s own authority: /etc/pve/pve-root-ca.pem',
    { isFlagOnly: true },
  ),
  fingerprint: option('SHA256,…', text, ['proxmox'], 'the only certificates to take for it', {
    isFlagOnly: true,
  }),
  'public-ca': option(null, onOff, ['proxmox'], 'take certificates that a public authority vouches for', {
    isFlagOnly: true,
  }),
  'disk-smart': option(
    null,
    onOff,
    ['proxmox'],
    'have a cluster ask its disks for health and wear (SMART) once an hour, which wakes those that sleep',
    { isFlagOnly: true },
  ),
  hosts: option('N', wholeNumber(1, 10_000), SIMULATED, 'how many hosts to simulate', {
    fallback: '8',
    isFlagOnly: true,
  }),
  days: option('N', wholeNumber(1, 365), ['demo'], 'how many days of history to make', {
    fallback: '7',
    isFlagOnly: true,
  }),
  'tokens-file': option(
    'FILE',
    text,
    ['simulate'],
    'tokens of the simulated hosts, one a line, instead of registering them in --data',
    {
      isFlagOnly: true,
    },
  ),
  every: option('TIME', duration(100, 300_000), ['simulate'], 'time between the frames of a simulated host', {
    fallback: '5s',
    isFlagOnly: true,
  }),
} as const satisfies Record<string, OptionSpec<unknown>>
