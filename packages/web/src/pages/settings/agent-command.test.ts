import { expect, test } from 'bun:test'
import { agentCommands } from './agent-command.ts'

test('each command carries the token in the environment and the hub as a flag', () => {
  expect(agentCommands('http://hub.lan:8090', 'lum_x')).toEqual({
    executable: 'LUMEN_TOKEN=lum_x lumen agent --hub http://hub.lan:8090',
    checkout: 'LUMEN_TOKEN=lum_x npm run -s lumen -- agent --hub http://hub.lan:8090',
  })
})
