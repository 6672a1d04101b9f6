import { expect } from 'bun:test'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FakeProgram } from '@lumen/agent/programs/fake-program'
import { CHECKOUT, startLumenAgent } from '@lumen/testkit/lumen-process'
import { testNeeding } from '@lumen/testkit/needs'
import { tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'

const UNITS = ['lumen-agent', 'lumen-hub'] as const
const unitPath = (name: string) => join(CHECKOUT, 'deploy/systemd', `${name}.service`)
/** Tenths: what is left open on purpose is written in the units. */
const MOST_EXPOSURE = { 'lumen-agent': 25, 'lumen-hub': 18 }

const withSystemd = testNeeding({ programs: { 'systemd-analyze': 'systemd' } })
const traced = testNeeding({ programs: { 'systemd-analyze': 'systemd', strace: 'strace' } })

function analyze(...args: string[]) {
  const { exitCode, stdout, stderr } = Bun.spawnSync(['systemd-analyze', '--no-pager', ...args])
  return { exitCode, output: `${stdout}${stderr}` }
}

withSystemd('systemd finds no fault in the units, and little that a service could do', async () => {
  await using dir = await tempDir()
  for (const name of UNITS) {
    // The program itself is not installed here.
    const copy = join(dir.path, `${name}.service`)
    writeFileSync(
      copy,
      readFileSync(unitPath(name), 'utf8').replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true'),
    )
    expect({ name, ...analyze('verify', '--man=no', copy) }).toEqual({ name, exitCode: 0, output: '' })
    const most = String(MOST_EXPOSURE[name])
    const { exitCode, output } = analyze('security', '--offline=true', `--threshold=${most}`, unitPath(name))
    if (exitCode !== 0) throw new Error(output)
  }
})

withSystemd('systemd finds no fault in what loosens the agent’s unit for programs', async () => {
  await using dir = await tempDir()
  const unit = readFileSync(unitPath('lumen-agent'), 'utf8').replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true')
  writeFileSync(join(dir.path, 'lumen-agent.service'), unit)
  mkdirSync(join(dir.path, 'lumen-agent.service.d'))
  for (const name of ['smartctl.conf', 'nvidia-smi.conf'])
    copyFileSync(join(CHECKOUT, 'deploy/systemd', name), join(dir.path, 'lumen-agent.service.d', name))
  expect(analyze('verify', '--man=no', join(dir.path, 'lumen-agent.service'))).toEqual({
    exitCode: 0,
    output: '',
  })
  writeFileSync(join(dir.path, 'lumen-agent.service.d', 'nonsense.conf'), '[Service]\nNoSuchSetting=1\n')
  expect(analyze('verify', '--man=no', join(dir.path, 'lumen-agent.service')).output).toContain(
    'NoSuchSetting',
  )
})

withSystemd(
  'systemd finds no fault in what an agent that updates itself needs, nor much more open',
  async () => {
    await using dir = await tempDir()
    const copy = join(dir.path, 'lumen-agent.service')
    mkdirSync(`${copy}.d`)
    const unit = readFileSync(unitPath('lumen-agent'), 'utf8')
    copyFileSync(join(CHECKOUT, 'deploy/systemd/auto-update.conf'), join(`${copy}.d`, 'auto-update.conf'))
    writeFileSync(copy, unit.replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true'))
    expect(analyze('verify', '--man=no', copy)).toEqual({ exitCode: 0, output: '' })
    const most = String(MOST_EXPOSURE['lumen-agent'])
    const { exitCode, output } = analyze('security', '--offline=true', `--threshold=${most}`, copy)
    if (exitCode !== 0) throw new Error(output)
  },
)

traced(
  'the agent, its spool and its programs included, makes no system call its unit forbids',
  async () => {
    await using dir = await tempDir()
    const trace = join(dir.path, 'trace')
    using program = new FakeProgram('program', 'echo nothing')
    const programs = ['--smart', program.path, '--gpu', program.path]
    const args = ['--spool', join(dir.path, 'spool'), '--interval', '1s', ...programs]
    await using agent = startLumenAgent('http://127.0.0.1:9', `lum_${'a'.repeat(60)}`, {
      ...{ wrapper: ['strace', '-f', '-qq', '-o', trace], args, group: true },
    })
    await agent.printed(/push failed/)
    await until('both programs ran', () => program.asked.length >= 2, { withinMs: 30_000 })
    await agent.stop()
    const used = new Set(
      [...readFileSync(trace, 'utf8').matchAll(/^\d+ +([a-z_0-9]+)\(/gm)].map(([, name]) => name!),
    )
    expect(used.size).toBeGreaterThan(20)
    const privileged = callsOf('@privileged')
    const allowed = [...callsOf('@system-service')].filter((name) => !privileged.has(name))
    expect([...used].filter((name) => !allowed.includes(name))).toEqual([])
  },
  120_000,
)

/** System calls of a group, those of the groups in it included. */
function callsOf(group: string): Set<string> {
  const lines = analyze('syscall-filter', group).output.split('\n').slice(1)
  const names = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))
  return new Set(names.flatMap((name) => (name.startsWith('@') ? [...callsOf(name)] : [name])))
}
