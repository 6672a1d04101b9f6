/** A host token: `lum_` and 60 characters of base64url, 64 bytes in all (360 random bits). */
export const TOKEN_PATTERN = /^lum_[A-Za-z0-9_-]{60}$/
