/** What `health` says of a damaged hot.db. */
export function describeDamage(damage: string): string {
  return (
    `hot.db is damaged (${damage}). What is whole is still served; at the next start of the hub the file is moved ` +
    'to quarantine/ and a new one begins: restart it when it suits you, and check the disk'
  )
}

/** What `health` says of a damaged file of the cold tier. */
export function describeColdDamage(reason: string): string {
  return `${reason}. The file is left out of answers, and moved to quarantine/ within the hour: check the disk`
}
