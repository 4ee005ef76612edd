import { execFile, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { Client, Pool, type PoolConfig } from 'pg'

import { initdb, pgDump, postgres } from '../../../../scripts/toolchain/postgres.ts'
import { isRoot } from '../../../../scripts/toolchain/programs.ts'
import { freePort } from '../redis/redis-server.ts'

/** Whether the programs are installed. Otherwise, the tests of this folder are skipped. */
export const hasPostgres: boolean = postgres !== undefined && initdb !== undefined && pgDump !== undefined

/** PostgreSQL refuses to run as root, so it runs as `nobody`. */
const user: SpawnOptions = isRoot ? { uid: 65_534, gid: 65_534 } : {}
const settings = [
  'unix_socket_directories=',
  'listen_addresses=127.0.0.1',
  'fsync=off',
  'shared_buffers=16MB',
  'max_connections=200',
  'logging_collector=off',
  'log_destination=stderr',
]

/** A PostgreSQL server on a free local port, with an empty database. */
export class PostgresServer implements AsyncDisposable {
  readonly port: number
  /** The server's log since it was started. */
  log = ''
  readonly #settings: string[]
  readonly #folder = mkdtempSync(join(tmpdir(), 'forage-postgres-'))
  #process: ChildProcess | undefined
  #frozen: number[] = []

  private constructor(port: number, more: string[]) {
    this.port = port
    this.#settings = [...settings, ...more]
  }

  /** Starts a server with more settings, such as `default_transaction_isolation=serializable`. */
  static async start(...more: string[]): Promise<PostgresServer> {
    const server = new PostgresServer(await freePort(), more)
    if (isRoot) chownSync(server.#folder, 65_534, 65_534)
    const args = [
      '-D',
      server.#data,
      '-U',
      'postgres',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--locale=C',
      '--no-sync',
    ]
    await ended(spawn(initdb!, args, { ...user, stdio: 'ignore' }))
    await server.start()
    return server
  }

  get #data(): string {
    return join(this.#folder, 'data')
  }

  get url(): string {
    return `postgres://postgres@127.0.0.1:${this.port}/postgres`
  }

  get address(): PoolConfig {
    return { host: '127.0.0.1', port: this.port, database: 'postgres', user: 'postgres' }
  }

  /** Ends every connection of clients, as a failover or a restart does. */
  async terminate(): Promise<void> {
    const others = `backend_type = 'client backend' AND pid <> pg_backend_pid()`
    await this.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${others}`)
  }

  /** Starts the server. After `kill`, it starts again with its data. */
  async start(): Promise<void> {
    this.log = ''
    const args = this.#settings.flatMap((setting) => ['-c', setting])
    // The shell stops the server when its input ends, in case this process is killed.
    const command = '"$0" "$@" & read -r _; kill -QUIT $!; wait'
    const server = ['-D', this.#data, '-p', String(this.port), ...args]
    this.#process = spawn('sh', ['-c', command, postgres!, ...server], {
      ...user,
      stdio: ['pipe', 'ignore', 'pipe'],
    })
    const output = this.#process.stderr!.setEncoding('utf8')
    output.on('data', (text: string) => (this.log += text))
    const failed = once(this.#process, 'exit').then(() => {
      throw new Error(`PostgreSQL does not start:\n${this.log}`)
    })
    while (!this.log.includes('ready to accept connections'))
      await Promise.race([once(output, 'data'), failed])
    failed.catch(() => {})
  }

  /** Stops the server like a failing machine: it finishes nothing. */
  async kill(): Promise<void> {
    this.thaw()
    if (!this.#process || this.#process.exitCode !== null) return
    const exit = once(this.#process, 'exit')
    this.#process.stdin!.end()
    await exit
  }

  /** Stops every process of the server, so that it keeps its connections, accepts more, and answers nothing. */
  async freeze(): Promise<void> {
    const rows = await this.sql<{ pid: number }>('SELECT pid FROM pg_stat_activity')
    const [postmaster] = readFileSync(join(this.#data, 'postmaster.pid'), 'utf8').split('\n')
    this.#frozen = [Number(postmaster), ...rows.map(({ pid }) => pid)]
    this.#signal('SIGSTOP')
  }

  thaw(): void {
    this.#signal('SIGCONT')
    this.#frozen = []
  }

  /** Runs SQL on a separate connection. */
  async sql<Row extends object>(text: string, ...values: unknown[]): Promise<Row[]> {
    const client = new Client(this.url)
    await client.connect()
    try {
      return (await client.query<Row>(text, values)).rows
    } finally {
      await client.end()
    }
  }

  pool(options: PoolConfig = {}): Pool {
    return new Pool({ ...this.address, ...options })
  }

  /** Returns all data, as a backup contains it. */
  async dump(): Promise<string> {
    const { stdout } = await promisify(execFile)(pgDump!, [this.url], { maxBuffer: 1e8 })
    return stdout
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #signal(signal: NodeJS.Signals): void {
    for (const pid of this.#frozen) {
      try {
        process.kill(pid, signal)
      } catch {
        // The connection of the query has ended.
      }
    }
  }
}

async function ended(process: ChildProcess): Promise<void> {
  const [code] = (await once(process, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`initdb ended with ${code}`)
}
