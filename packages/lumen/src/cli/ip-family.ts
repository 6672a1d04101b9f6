const BYTE = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const IPV4 = new RegExp(`^${BYTE}(\\.${BYTE}){3}$`)

/** 4 or 6 for an IP address, 0 for anything else. In place of `node:net`'s, which every agent would then carry. */
export function ipFamily(text: string): 0 | 4 | 6 {
  if (IPV4.test(text)) return 4
  return /^[\da-fA-F:.]+$/.test(text) && URL.canParse(`http://[${text}]`) ? 6 : 0
}
