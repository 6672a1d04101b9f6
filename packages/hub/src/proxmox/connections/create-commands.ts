/** What to run on Proxmox for a token that may look and nothing else. The role is given to the user and to the token:
 * a token with its own privileges has what both have. */
export const CREATE_COMMANDS = {
  pve: {
    token: [
      'pveum user add lumen@pve --comment "Lumen, read-only"',
      'pveum user token add lumen@pve hub --privsep 1',
      'pveum acl modify / --users lumen@pve --roles PVEAuditor',
      "pveum acl modify / --tokens 'lumen@pve!hub' --roles PVEAuditor",
    ],
    authority: 'cat /etc/pve/pve-root-ca.pem',
    fingerprint:
      'openssl x509 -noout -fingerprint -sha256 -in "$(ls /etc/pve/local/pveproxy-ssl.pem /etc/pve/local/pve-ssl.pem 2>/dev/null | head -1)"',
  },
  pbs: {
    token: [
      'proxmox-backup-manager user create lumen@pbs --comment "Lumen, read-only"',
      'proxmox-backup-manager user generate-token lumen@pbs hub',
      'proxmox-backup-manager acl update / Audit --auth-id lumen@pbs',
      "proxmox-backup-manager acl update / Audit --auth-id 'lumen@pbs!hub'",
    ],
    fingerprint: 'openssl x509 -noout -fingerprint -sha256 -in /etc/proxmox-backup/proxy.pem',
  },
}
