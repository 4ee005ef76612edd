import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { freePort, killProgram, redisCommand, RedisServer, startProgram } from './redis-server.ts'

const master = 'shop-master'

/** A master, a replica, and two Sentinels that watch them. */
export class RedisSentinels implements AsyncDisposable {
  readonly master: RedisServer
  readonly replica: RedisServer
  readonly #sentinels: readonly Sentinel[]

  private constructor(servers: [RedisServer, RedisServer], sentinels: readonly Sentinel[]) {
    ;[this.master, this.replica] = servers
    this.#sentinels = sentinels
  }

  static async start(): Promise<RedisSentinels> {
    const first = await RedisServer.start()
    const second = await RedisServer.start('--replicaof', '127.0.0.1', String(first.port))
    const sentinels = await Promise.all([startSentinel(first.port), startSentinel(first.port)])
    const started = new RedisSentinels([first, second], sentinels)
    // The Sentinels find the replica and each other through the master.
    while (!(await started.#knowsAll()));
    return started
  }

  /** Returns the address as REDIS_URL names it. Its first Sentinel does not run. */
  get url(): string {
    return this.urlOf(master)
  }

  urlOf(name: string): string {
    const hosts = ['127.0.0.1:9', ...this.#sentinels.map(({ port }) => `127.0.0.1:${port}`)]
    return `redis+sentinel://${hosts.join(',')}/${name}`
  }

  get options(): { name: string; sentinels: { host: string; port: number }[] } {
    const sentinels = this.#sentinels.map(({ port }) => ({ host: '127.0.0.1', port }))
    return { name: master, sentinels }
  }

  /** Stops the master, and resolves when the Sentinels have made the replica the master. */
  async failOver(): Promise<void> {
    await this.master.kill()
    // A replica that becomes the master closes its connections.
    const role = (): Promise<string> => this.replica.cli('ROLE').catch(() => '')
    while (!(await role()).startsWith('master'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#sentinels.map(endSentinel))
    await Promise.all([this.master, this.replica].map((server) => server[Symbol.asyncDispose]()))
  }

  async #knowsAll(): Promise<boolean> {
    const infos = await Promise.all(
      this.#sentinels.map(({ port }) => redisCommand(port, 'SENTINEL', 'MASTER', master)),
    )
    const isNext = (lines: string[], name: string, value: string): boolean =>
      lines[lines.indexOf(name) + 1] === value
    return infos.every((info) => {
      const lines = info.split('\n')
      return isNext(lines, 'num-slaves', '1') && isNext(lines, 'num-other-sentinels', '1')
    })
  }
}

interface Sentinel {
  port: number
  program: ChildProcess
  folder: string
}

async function startSentinel(masterPort: number): Promise<Sentinel> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'forage-sentinel-'))
  const file = join(folder, 'sentinel.conf')
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor ${master} 127.0.0.1 ${masterPort} 1`,
    `sentinel down-after-milliseconds ${master} 300`,
    `sentinel failover-timeout ${master} 2000`,
  ]
  writeFileSync(file, lines.join('\n'))
  const program = await startProgram([file, '--sentinel'], '+monitor master')
  return { port, program, folder }
}

async function endSentinel({ program, folder }: Sentinel): Promise<void> {
  await killProgram(program)
  rmSync(folder, { recursive: true, force: true })
}
