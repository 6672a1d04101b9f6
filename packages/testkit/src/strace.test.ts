import { expect, test } from 'bun:test'
import { networkOf, parseStrace } from './strace.ts'

const TRACE = `12 openat(AT_FDCWD, "/proc/stat", O_RDONLY) = 3</proc/stat>
13 openat(5</srv>, "package.json", O_RDONLY) = -1 ENOENT (No such file or directory)
13 openat(AT_FDCWD</tmp>, "x", O_RDONLY <unfinished ...>
13 <... openat resumed>) = 4</tmp/x>
12 rename("/a/lock", "/a/lock.1") = 0
12 bind(7<NETLINK:[1]>, {sa_family=AF_NETLINK, nl_pid=0}, 12) = 0
12 connect(7<TCP:[2]>, {sa_family=AF_INET, sin_port=htons(8090), sin_addr=inet_addr("127.0.0.1")}, 16) = 0
12 connect(8<UNIX:[3]>, {sa_family=AF_UNIX, sun_path="/run/docker.sock"}, 110) = 0
12 --- SIGTERM {si_signo=SIGTERM} ---
`

test('a trace tells every path, also of calls that failed or were interrupted', () => {
  const calls = parseStrace(TRACE, '/home')
  expect(calls.flatMap(({ name, paths }) => (/^(open|rename)/.test(name) ? paths : []))).toEqual([
    '/proc/stat',
    '/srv/package.json',
    '/tmp/x',
    '/a/lock',
    '/a/lock.1',
  ])
})

test('a trace tells whom the process talked to, and that it did not listen', () => {
  const quiet = networkOf(parseStrace(TRACE, '/'))
  expect([...quiet.connected]).toEqual(['127.0.0.1:8090', '/run/docker.sock'])
  expect(quiet.suspicious).toEqual([])
  const loud = `1 bind(3<TCP:[1]>, {sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("0.0.0.0")}, 16) = 0
1 listen(3<TCP:[1]>, 128) = 0`
  expect(networkOf(parseStrace(loud, '/')).suspicious).toHaveLength(2)
})
