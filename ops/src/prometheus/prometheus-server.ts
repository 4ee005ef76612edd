import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { prometheus } from '../../../scripts/toolchain/prometheus.ts'

/** A series of an answer: its labels, and pairs of a time in seconds and a value. */
export interface Answered {
  readonly metric: Readonly<Record<string, string>>
  readonly values: readonly (readonly [time: number, value: string])[]
}

/** A real Prometheus on a free local port. */
export class PrometheusServer implements AsyncDisposable {
  readonly url: string
  readonly #process: ChildProcess
  readonly #folder: string

  private constructor(url: string, program: ChildProcess, folder: string) {
    this.url = url
    this.#process = program
    this.#folder = folder
  }

  /** Starts Prometheus with this configuration, and with the blocks in `data` if it is given. */
  static async start(configuration: string, data?: string): Promise<PrometheusServer> {
    const folder = mkdtempSync(join(tmpdir(), 'forage-prometheus-'))
    const config = join(folder, 'prometheus.yml')
    writeFileSync(config, configuration)
    const port = await freePort()
    const args = [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data ?? join(folder, 'data')}`,
      // The sample's time is long ago.
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=127.0.0.1:${port}`,
    ]
    // The shell stops the server when its input ends, in case this process is killed.
    const command = '"$0" "$@" & read -r _; kill -9 $!; wait'
    const program = spawn('sh', ['-c', command, prometheus!, ...args], { stdio: ['pipe', 'ignore', 'pipe'] })
    await isReady(program)
    return new PrometheusServer(`http://127.0.0.1:${port}`, program, folder)
  }

  /** Returns the data of an answer of the API. */
  async get<T>(path: string, parameters: Record<string, string> = {}): Promise<T> {
    const response = await fetch(`${this.url}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`)
    const answer = (await response.json()) as { status: string; data: T; error?: string }
    if (answer.status !== 'success') throw new Error(`${path}: ${answer.error}`)
    return answer.data
  }

  /** Returns the series of a query over a span of time, in seconds. */
  async range(query: string, start: number, end: number, step: number): Promise<readonly Answered[]> {
    const parameters = { query, start: String(start), end: String(end), step: String(step) }
    return (await this.get<{ result: readonly Answered[] }>('query_range', parameters)).result
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.stdin?.end()
    await once(this.#process, 'exit')
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

async function isReady(program: ChildProcess): Promise<void> {
  let output = ''
  await new Promise<void>((resolve, reject) => {
    program.stderr!.on('data', (text: Buffer) => {
      output += text.toString()
      if (output.includes('Server is ready to receive web requests')) resolve()
    })
    program.once('exit', () => reject(new Error(`Prometheus ended:\n${output}`)))
  })
}

/** Returns a port that no server uses. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
