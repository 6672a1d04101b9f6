import { join } from 'node:path'
import { errorCode, errorMessage, LumenError } from '@lumen/std/error'
import { openConnection } from './connection.ts'
import { runBatch, type SqlValue, type Statement, type WriteResult } from './statement.ts'
import { WorkerWriter } from './worker-writer.ts'

/** Users, sessions, hosts and settings on disk. Read once at start by the parts that own them; afterwards they
 * answer from memory and only write here. */
export interface ControlDb extends AsyncDisposable {
  /** Synchronous and only for start-up. */
  read<Row>(sql: string): Row[]
  /** One transaction. Resolves when it is on the disk.
   * @throws {LumenError} `control_db_conflict` when a name or token exists, `control_db_write_failed` otherwise */
  run(...batch: Statement[]): Promise<WriteResult[]>
  /** Rows as they stand after every `run` asked for before, read where writes are made: a stalled disk stalls only that.
   * @throws {LumenError} `control_db_read_failed` */
  query<Row>(sql: string, ...values: SqlValue[]): Promise<Row[]>
}

export const CONTROL_DB_FILE = 'control.db'

/** @param writes `worker` for a hub, `inline` for a command that has nothing else to do meanwhile.
 * @throws {LumenError} `database_too_new`, `database_unusable` */
export async function openControlDb(
  dataDir: string,
  writes: 'worker' | 'inline',
  writerUrl?: string | URL,
): Promise<ControlDb> {
  const path = join(dataDir, CONTROL_DB_FILE)
  const connection = openConnection(path)
  const read = <Row>(sql: string): Row[] => connection.query<Row, SqlValue[]>(sql).all()
  if (writes === 'inline') {
    return {
      read,
      run: async (...batch) => asWriteFault(() => runBatch(connection, batch)),
      query: <Row>(sql: string, ...values: SqlValue[]) =>
        asReadFault(async () => connection.query<Row, SqlValue[]>(sql).all(...values)),
      [Symbol.asyncDispose]: async () => connection.close(),
    }
  }
  const writer = await WorkerWriter.open(path, writerUrl)
  return {
    read,
    run: (...batch) => asWriteFault(() => writer.run(batch)),
    query: <Row>(sql: string, ...values: SqlValue[]) =>
      asReadFault(() => writer.query(sql, values) as Promise<Row[]>),
    [Symbol.asyncDispose]: async () => {
      connection.close()
      await writer[Symbol.asyncDispose]()
    },
  }
}

async function asWriteFault(write: () => WriteResult[] | Promise<WriteResult[]>): Promise<WriteResult[]> {
  try {
    return await write()
  } catch (cause) {
    if (errorCode(cause)?.startsWith('SQLITE_CONSTRAINT')) {
      throw new LumenError('control_db_conflict', errorMessage(cause), { cause })
    }
    throw new LumenError(
      'control_db_write_failed',
      `Cannot write to ${CONTROL_DB_FILE}: ${errorMessage(cause)}`,
      { cause },
    )
  }
}

async function asReadFault<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    throw new LumenError('control_db_read_failed', `Cannot read ${CONTROL_DB_FILE}: ${errorMessage(cause)}`, {
      cause,
    })
  }
}
