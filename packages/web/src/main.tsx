import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import './styles/overlays.css'
import './styles/messages.css'
import './styles/components.css'
import './styles/shell.css'
import { render } from 'solid-js/web'
import { App } from './app.tsx'
import { startRouter } from './router.ts'
import { startSession } from './session.ts'
import { startShell } from './shell-cache.ts'
import { startTheme } from './theme.ts'

startTheme()
startRouter()
void startSession()
startShell()
render(() => <App />, document.getElementById('app')!)
