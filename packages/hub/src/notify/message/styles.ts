import type { Style } from './render.ts'

const same = (text: string) => text

export const PLAIN: Style = {
  escape: same,
  strong: same,
  link: (url) => url,
  newline: '\n',
}

const HTML_ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => HTML_ENTITIES[char]!)

const html = (newline: string): Style => ({
  escape: escapeHtml,
  strong: (escaped) => `<b>${escaped}</b>`,
  link: (url, label) => `<a href="${escapeHtml(url)}">${escapeHtml(label)}</a>`,
  newline,
})

/** For mail and Matrix. */
export const HTML = html('<br>\n')
/** Telegram knows a few tags, and line breaks as they are. */
export const TELEGRAM_HTML = html('\n')

/** Every ASCII punctuation character may be escaped (CommonMark 2.4); a name that is an address is not to become a link,
 * and `@everyone` nobody's call. */
export const escapeMarkdown = (text: string): string =>
  text.replace(/[\\`*_{}[\]()<>#+\-.!|~&:]/g, (char) => `\\${char}`).replace(/@/g, '@\u200b')

export const MARKDOWN: Style = {
  escape: escapeMarkdown,
  strong: (escaped) => `**${escaped}**`,
  link: (url, label) => `[${escapeMarkdown(label)}](<${url.replace(/[<>\\]/g, encodeURIComponent)}>)`,
  newline: '\n',
}
