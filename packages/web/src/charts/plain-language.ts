/** Some browsers report a language that `Intl` refuses (`en-US@posix`, Chromium without a locale), and uPlot asks
 * `Intl` for a number format in that language as it is imported: without this the whole page would fail. Must be
 * imported before it. Nothing changes where the language is in order. */
try {
  Intl.getCanonicalLocales(navigator.language)
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en-US', configurable: true })
}
