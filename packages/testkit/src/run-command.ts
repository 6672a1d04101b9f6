/** Runs a command to its end and answers what it printed, without the space around it.
 * @throws {Error} with what it complained about when it fails */
export async function runCommand(
  command: readonly string[],
  env: Record<string, string> = {},
): Promise<string> {
  const child = Bun.spawn([...command], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    env: { ...process.env, ...env },
  })
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  if (code !== 0)
    throw new Error(`${command.join(' ')} ended with ${code}: ${stderr.trim() || stdout.trim()}`)
  return stdout.trim()
}
