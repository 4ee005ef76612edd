import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { redisCli, redisServer } from '../../../../scripts/toolchain/redis.ts'

/** Whether both programs are installed. Otherwise, the tests of this folder are skipped. */
export const hasRedis: boolean = redisServer !== undefined && redisCli !== undefined

/** A Redis server on a free local port. It stores nothing on disk. */
export class RedisServer implements AsyncDisposable {
  readonly port: number
  readonly #args: string[]
  readonly #folder = mkdtempSync(join(tmpdir(), 'forage-redis-'))
  #process: ChildProcess | undefined

  private constructor(port: number, args: string[]) {
    this.port = port
    this.#args = args
  }

  static async start(...args: string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), args)
    await server.start()
    return server
  }

  /** Starts the server. After `kill`, it starts again without data. */
  async start(): Promise<void> {
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
    args.push(
      '--dir',
      this.#folder,
      '--rdbcompression',
      'no',
      '--repl-diskless-sync-delay',
      '0',
      ...this.#args,
    )
    // The shell stops the server when its input ends, in case this process is killed.
    const command = '"$0" "$@" & read -r _; kill -9 $!; wait'
    this.#process = spawn('sh', ['-c', command, redisServer!, ...args], { stdio: ['pipe', 'pipe', 'ignore'] })
    await said(this.#process, 'Ready to accept connections')
  }

  /** Stops the server like a failing machine: it saves nothing and closes no connection. */
  async kill(): Promise<void> {
    if (!this.#process || this.#process.exitCode !== null) return
    const exit = once(this.#process, 'exit')
    this.#process.stdin!.end()
    await exit
  }

  async cli(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(redisCli!, ['-p', String(this.port), ...args])
    return stdout.trimEnd()
  }

  /** Returns all data, as a backup contains it. */
  async dump(): Promise<string> {
    const file = join(this.#folder, 'dump.rdb')
    await this.cli('--rdb', file)
    return readFileSync(file, 'latin1')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

async function said(process: ChildProcess, text: string): Promise<void> {
  let output = ''
  for await (const chunk of process.stdout!.iterator({ destroyOnReturn: false })) {
    output += String(chunk)
    if (output.includes(text)) break
  }
  if (!output.includes(text)) throw new Error(`Redis does not start:\n${output}`)
  // If its output were not read, the server would block.
  process.stdout!.resume()
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}
