/** Ways to start an agent, each with the command for a shell. */
export function agentCommands(hubUrl: string, token: string): { executable: string; checkout: string } {
  return {
    executable: `LUMEN_TOKEN=${token} lumen agent --hub ${hubUrl}`,
    checkout: `LUMEN_TOKEN=${token} npm run -s lumen -- agent --hub ${hubUrl}`,
  }
}
