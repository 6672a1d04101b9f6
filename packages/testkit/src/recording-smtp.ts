import { createServer, type Socket } from 'node:net'
import { createServer as createTlsServer, TLSSocket } from 'node:tls'
import { testCertificate } from './recording-http.ts'

/** A mail as it was taken. */
export interface RecordedMail {
  from: string
  to: string[]
  /** Headers and body as they came, CRLF, dots unstuffed. */
  raw: string
  /** Who logged in, or null. */
  user: string | null
  isEncrypted: boolean
}

/** Where in a conversation something can be made to happen. `END` is after the mail itself. */
export type SmtpStage = 'CONNECT' | 'EHLO' | 'STARTTLS' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'END' | 'QUIT'

export interface SmtpOptions {
  /** `tls` from the first byte, `starttls` offered and needed before anything else. `none` unless given. */
  security?: 'none' | 'starttls' | 'tls'
  /** Needed before mail, when given. */
  login?: { user: string; password: string }
  /** Does not offer what it was told to need: a server in the middle that takes STARTTLS away. */
  hidesStartTls?: boolean
  port?: number
}

export interface RecordingSmtp extends AsyncDisposable {
  port: number
  mails: RecordedMail[]
  /** Every line of every client, in order; what a passive listener could read is marked `plain`. */
  lines: { text: string; isEncrypted: boolean }[]
  /** The next time a conversation gets to `stage`: a reply (`451 later`), `hang` for silence, `drop` to cut it; `take-and-drop`
   * at END keeps the mail and cuts the connection before it says so. */
  script(stage: SmtpStage, reply: string): void
}

/** An SMTP server (RFC 5321, AUTH PLAIN and LOGIN, STARTTLS) on a free port of 127.0.0.1 that keeps what it is sent and
 * misbehaves as told. */
export async function startRecordingSmtp(options: SmtpOptions = {}): Promise<RecordingSmtp> {
  const mails: RecordedMail[] = []
  const lines: RecordingSmtp['lines'] = []
  const scripted: { stage: SmtpStage; reply: string }[] = []
  const sockets = new Set<Socket>()
  const take = (stage: SmtpStage): string | undefined => {
    const at = scripted.findIndex((each) => each.stage === stage)
    return at < 0 ? undefined : scripted.splice(at, 1)[0]?.reply
  }
  const converse = (socket: Socket) => new Conversation(socket, options, { mails, lines, take }).begin()
  const server =
    options.security === 'tls' ? createTlsServer(testCertificate(), converse) : createServer(converse)
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no TCP port')
  return {
    port: address.port,
    mails,
    lines,
    script: (stage, reply) => void scripted.push({ stage, reply }),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

interface Shared {
  mails: RecordedMail[]
  lines: RecordingSmtp['lines']
  take(stage: SmtpStage): string | undefined
}

class Conversation {
  #socket: Socket
  readonly #options: SmtpOptions
  readonly #shared: Shared
  #buffer = ''
  #isEncrypted: boolean
  #user: string | null = null
  #login: 'user' | 'password' | 'plain' | null = null
  #loginUser = ''
  #mail: { from: string; to: string[] } | null = null
  #isData = false

  constructor(socket: Socket, options: SmtpOptions, shared: Shared) {
    this.#socket = socket
    this.#options = options
    this.#shared = shared
    this.#isEncrypted = options.security === 'tls'
  }

  begin(): void {
    this.#listen()
    this.#reply('CONNECT', '220 mail.test ESMTP')
  }

  #listen(): void {
    const socket = this.#socket
    socket.on('error', () => {})
    socket.on('data', (bytes: Buffer) => {
      if (socket !== this.#socket) return
      this.#buffer += bytes.toString('latin1')
      this.#read()
    })
  }

  #read(): void {
    for (;;) {
      if (this.#isData) {
        const end = this.#buffer.startsWith('.\r\n') ? 0 : this.#buffer.indexOf('\r\n.\r\n')
        if (end < 0) return
        const raw = this.#buffer.slice(0, end)
        this.#buffer = this.#buffer.slice(end === 0 ? 3 : end + 5)
        this.#isData = false
        this.#end(raw)
        continue
      }
      const at = this.#buffer.indexOf('\r\n')
      if (at < 0) return
      const line = this.#buffer.slice(0, at)
      this.#buffer = this.#buffer.slice(at + 2)
      this.#shared.lines.push({ text: line, isEncrypted: this.#isEncrypted })
      this.#command(line)
    }
  }

  #command(line: string): void {
    if (this.#login !== null) {
      this.#credentials(line)
      return
    }
    const handlers: Record<string, () => void> = {
      EHLO: () => this.#reply('EHLO', this.#greeting()),
      HELO: () => this.#reply('EHLO', '250 mail.test'),
      STARTTLS: () => this.#upgrade(),
      AUTH: () => this.#auth(line),
      MAIL: () => this.#from(line),
      RCPT: () => this.#to(line),
      DATA: () => {
        this.#isData = this.#reply('DATA', '354 End data with <CR><LF>.<CR><LF>').startsWith('354')
      },
      RSET: () => this.#say('250 2.0.0 Ok'),
      NOOP: () => this.#say('250 2.0.0 Ok'),
      QUIT: () => {
        this.#reply('QUIT', '221 2.0.0 Bye')
        this.#socket.end()
      },
    }
    const handler = handlers[line.split(' ')[0]?.toUpperCase() ?? '']
    if (handler === undefined) this.#say('502 5.5.2 Command not recognized')
    else handler()
  }

  get #needsTls(): boolean {
    return this.#options.security === 'starttls' && !this.#isEncrypted
  }

  #from(line: string): void {
    if (this.#needsTls) this.#say('530 5.7.0 Must issue a STARTTLS command first')
    else if (this.#options.login !== undefined && this.#user === null)
      this.#say('530 5.7.0 Authentication required')
    else {
      this.#mail = { from: addressIn(line), to: [] }
      this.#reply('MAIL', '250 2.1.0 Ok')
    }
  }

  #to(line: string): void {
    if (this.#reply('RCPT', '250 2.1.5 Ok').startsWith('2')) this.#mail?.to.push(addressIn(line))
  }

  #greeting(): string {
    const needsTls = this.#needsTls
    const offers = [
      ...(needsTls && this.#options.hidesStartTls !== true ? ['STARTTLS'] : []),
      ...(!needsTls && this.#options.login !== undefined ? ['AUTH PLAIN LOGIN'] : []),
      '8BITMIME',
    ]
    const last = offers.length - 1
    return [
      '250-mail.test',
      ...offers.map((offer, index) => `250${index === last ? ' ' : '-'}${offer}`),
    ].join('\r\n')
  }

  #upgrade(): void {
    if (this.#options.hidesStartTls === true) {
      this.#say('502 5.5.2 Command not recognized')
      return
    }
    if (!this.#reply('STARTTLS', '220 2.0.0 Ready to start TLS').startsWith('220')) return
    const plain = this.#socket
    plain.removeAllListeners('data')
    const secure = new TLSSocket(plain, { isServer: true, ...testCertificate() })
    this.#buffer = ''
    this.#socket = secure
    this.#isEncrypted = true
    this.#listen()
  }

  #auth(line: string): void {
    const [, mechanism, initial] = line.split(' ')
    if (this.#needsTls) this.#say('530 5.7.0 Must issue a STARTTLS command first')
    else if (mechanism?.toUpperCase() !== 'PLAIN') {
      this.#login = 'user'
      this.#say('334 VXNlcm5hbWU6')
    } else {
      this.#login = 'plain'
      if (initial === undefined) this.#say('334 ')
      else this.#credentials(initial)
    }
  }

  #credentials(line: string): void {
    const text = Buffer.from(line, 'base64').toString('utf8')
    if (this.#login === 'user') {
      this.#loginUser = text
      this.#login = 'password'
      this.#say('334 UGFzc3dvcmQ6')
      return
    }
    const [user, password] = this.#login === 'plain' ? text.split('\0').slice(1) : [this.#loginUser, text]
    this.#login = null
    const wanted = this.#options.login
    const isRight = wanted !== undefined && user === wanted.user && password === wanted.password
    const said = this.#reply(
      'AUTH',
      isRight ? '235 2.7.0 Authentication successful' : '535 5.7.8 Wrong name or password',
    )
    if (said.startsWith('235')) this.#user = user ?? null
  }

  #end(raw: string): void {
    const reply = this.#shared.take('END')
    const isTaken = reply === undefined || reply.startsWith('2') || reply === 'take-and-drop'
    if (isTaken && this.#mail !== null) {
      const text = Buffer.from(raw.replace(/^\.\./gm, '.'), 'latin1').toString('utf8')
      this.#shared.mails.push({ ...this.#mail, raw: text, user: this.#user, isEncrypted: this.#isEncrypted })
    }
    this.#mail = null
    this.#perform(reply ?? '250 2.0.0 Ok: queued')
  }

  #reply(stage: SmtpStage, usual: string): string {
    const reply = this.#shared.take(stage) ?? usual
    this.#perform(reply)
    return reply
  }

  #perform(reply: string): void {
    if (reply === 'drop' || reply === 'take-and-drop') this.#socket.destroy()
    else if (reply !== 'hang') this.#say(reply)
  }

  #say(text: string): void {
    if (!this.#socket.destroyed) this.#socket.write(`${text}\r\n`)
  }
}

function addressIn(line: string): string {
  return /<([^>]*)>/.exec(line)?.[1] ?? ''
}
