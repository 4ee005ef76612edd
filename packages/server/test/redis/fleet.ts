import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import type { ForageServerEvent, ServerHealth } from '../../src/index.ts'
import { patientMs } from './clients.ts'
import { hasRedis, RedisServer } from './redis-server.ts'

// Twenty processes that each compile the same would take a minute of a small machine.
const compileCache = fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url))

export interface InstanceOptions {
  redisPort: number
  apiUrl: string
  /** How long an operation may take before Redis counts as down. */
  redisTimeoutMs: number
  /** One of `clients.ts`. Default: the one that loads fastest, with a queue while it is offline. */
  client?: string
}

/** What an instance can be asked to do. */
export interface Calls {
  getToken(): string
  /** So many at once: the different tokens. */
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

/** A process with a merchant's server in it. */
export class Instance implements AsyncDisposable {
  readonly #process: ChildProcess
  readonly #answers = new Map<number, (answer: Answer) => void>()
  readonly #events: { type: string }[] = []
  readonly #waiting: { type: string; resolve: () => void; reject: (error: Error) => void }[] = []
  #calls = 0

  private constructor(options: InstanceOptions) {
    const file = fileURLToPath(new URL('instance.ts', import.meta.url))
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

  /** Connected to Redis; no token yet. */
  static async start(options: InstanceOptions): Promise<Instance> {
    const instance = new Instance(options)
    await instance.saw('ready')
    return instance
  }

  async ask<Name extends keyof Calls>(
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

  /** Resolves when it has told of such an event. */
  async saw(type: ForageServerEvent['type'] | 'ready'): Promise<void> {
    if (this.#events.some((event) => event.type === type)) return
    await new Promise<void>((resolve, reject) => this.#waiting.push({ type, resolve, reject }))
  }

  /** As the system does it: SIGKILL, SIGSTOP, SIGCONT. */
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

/** Before the first test: what comes after it starts in a third of the time. */
export async function compileInstance(): Promise<void> {
  if (!hasRedis) return
  await using redis = await RedisServer.start()
  const instance = await Instance.start({
    redisPort: redis.port,
    redisTimeoutMs: patientMs,
    apiUrl: 'http://127.0.0.1:1',
  })
  await instance[Symbol.asyncDispose]()
}

/** Instances that were started together; ends them together. */
export class Fleet implements AsyncDisposable {
  readonly instances: Instance[]

  private constructor(instances: Instance[]) {
    this.instances = instances
  }

  static async start(count: number, options: InstanceOptions): Promise<Fleet> {
    const starts = await Promise.allSettled(Array.from({ length: count }, () => Instance.start(options)))
    const fleet = new Fleet(starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : [])))
    const failed = starts.find((start) => start.status === 'rejected')
    if (!failed) return fleet
    await fleet[Symbol.asyncDispose]()
    throw failed.reason
  }

  /** The same asked of all at once. */
  ask<Name extends keyof Calls>(
    name: Name,
    ...args: Parameters<Calls[Name]>
  ): Promise<ReturnType<Calls[Name]>[]> {
    return Promise.all(this.instances.map((instance) => instance.ask(name, ...args)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance[Symbol.asyncDispose]()))
  }
}
