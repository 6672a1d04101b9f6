import { TOKEN_PATTERN } from '@lumen/protocol/agent/token'
import { randomSecret } from '../auth/secret-hash.ts'

/** A new host token: `lum_` and 45 random bytes as 60 base64url characters. */
export function newHostToken(): string {
  return `lum_${randomSecret(45)}`
}

/** The token in an Authorization header, or undefined when there is none of the right form. */
export function bearerToken(header: string | null | undefined): string | undefined {
  const token = header?.match(/^Bearer +(\S+) *$/i)?.[1]
  return token !== undefined && TOKEN_PATTERN.test(token) ? token : undefined
}
