// Runs before the first paint, so that no page flashes in the wrong theme. src/theme.ts takes over afterwards.
;(() => {
  let choice = 'system'
  try {
    choice = localStorage.getItem('lumen.theme') || 'system'
  } catch {}
  const dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
})()
