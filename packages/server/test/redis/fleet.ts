import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import type { ForageServerEvent, ServerHealth } from '../../src/index.ts'
import { patientMs } from './clients.ts'
import { hasRedis, RedisServer } from './redis-server.ts'

// Without a shared cache, twenty processes would compile the same code for a minute on a small machine.
const compileCache = fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url))

/** The options of each program that runs an instance. */
export interface ProgramOptions {
  apiUrl: string
  /** The path of the program. Default: `instance.ts`, over Redis. */
  program?: string
}

export interface InstanceOptions extends ProgramOptions {
  redisPort: number
  /** Time in ms after which an operation counts as failed. */
  redisTimeoutMs: number
  /** A client of `clients.ts`. Default: ioredis, which loads fastest and queues commands while it is offline. */
  client?: string
}

/** The calls that a test can make in an instance. */
export interface Calls {
  getToken(): string
  /** Makes `count` concurrent calls and returns the distinct tokens. */
  getTokens(count: number): string[]
  mintSessionToken(): string
  health(): ServerHealth
  /** Sets its clock forward. */
  advance(ms: number): void
}

export interface Call {
  id: number
  name: keyof Calls
  args: unknown[]
}

interface Answer {
  id: number
  result?: unknown
  error?: string
}

type Message = Answer | { event: { type: string } }

/** A process that runs a merchant's server. */
export class Instance implements AsyncDisposable {
  readonly #process: ChildProcess
  readonly #answers = new Map<number, (answer: Answer) => void>()
  readonly #events: { type: string }[] = []
  readonly #waiting: { type: string; resolve: () => void; reject: (error: Error) => void }[] = []
  #calls = 0

  private constructor(options: ProgramOptions) {
    const file = options.program ?? fileURLToPath(new URL('instance.ts', import.meta.url))
    this.#process = fork(file, [JSON.stringify(options)], {
      execArgv: [],
      env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    })
    this.#process.on('message', (message: Message) => this.#received(message))
    this.#process.on('exit', () => {
      for (const [id, answer] of this.#answers) answer({ id, error: 'The process has ended' })
      for (const { type, reject } of this.#waiting)
        reject(new Error(`The process has ended before "${type}"`))
    })
  }

  /** Starts a process that is connected to its store and has no token yet. */
  static async start(options: ProgramOptions): Promise<Instance> {
    const instance = new Instance(options)
    await instance.saw('ready')
    return instance
  }

  async call<Name extends keyof Calls>(
    name: Name,
    ...args: Parameters<Calls[Name]>
  ): Promise<ReturnType<Calls[Name]>> {
    const id = this.#calls++
    const answer = await new Promise<Answer>((resolve) => {
      this.#answers.set(id, resolve)
      this.#process.send({ id, name, args } satisfies Call)
    })
    this.#answers.delete(id)
    if (answer.error !== undefined) throw new Error(answer.error)
    return answer.result as ReturnType<Calls[Name]>
  }

  /** Resolves when the instance has emitted such an event. */
  async saw(type: ForageServerEvent['type'] | 'ready'): Promise<void> {
    if (this.#events.some((event) => event.type === type)) return
    await new Promise<void>((resolve, reject) => this.#waiting.push({ type, resolve, reject }))
  }

  /** Sends a signal to the process, for example SIGKILL, SIGSTOP or SIGCONT. */
  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const exit = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await exit
  }

  #received(message: Message): void {
    if ('id' in message) return this.#answers.get(message.id)?.(message)
    this.#events.push(message.event)
    for (const { type, resolve } of this.#waiting) if (type === message.event.type) resolve()
  }
}

/** Compiles the code of an instance before the first test. Later processes start in a third of the time. */
export async function compileInstance(): Promise<void> {
  if (!hasRedis) return
  await using redis = await RedisServer.start()
  const options: InstanceOptions = {
    redisPort: redis.port,
    redisTimeoutMs: patientMs,
    apiUrl: 'http://127.0.0.1:1',
  }
  await using _ = await Instance.start(options)
}

/** Instances that start and end together. */
export class Fleet implements AsyncDisposable {
  readonly instances: Instance[]

  private constructor(instances: Instance[]) {
    this.instances = instances
  }

  static async start(count: number, options: ProgramOptions): Promise<Fleet> {
    const starts = await Promise.allSettled(Array.from({ length: count }, () => Instance.start(options)))
    const fleet = new Fleet(starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : [])))
    const failed = starts.find((start) => start.status === 'rejected')
    if (!failed) return fleet
    await fleet[Symbol.asyncDispose]()
    throw failed.reason
  }

  /** Makes the same call in all instances concurrently. */
  call<Name extends keyof Calls>(
    name: Name,
    ...args: Parameters<Calls[Name]>
  ): Promise<ReturnType<Calls[Name]>[]> {
    return Promise.all(this.instances.map((instance) => instance.call(name, ...args)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance[Symbol.asyncDispose]()))
  }
}
