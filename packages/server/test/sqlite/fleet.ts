import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import { Instance } from '../redis/fleet.ts'
import type { SqliteInstanceOptions } from './instance.ts'
import { patientMs, SqliteFolder } from './sqlite-folder.ts'

/** Returns the options of processes that share one file. */
export function instanceOptions(
  { file }: SqliteFolder,
  apiUrl: string,
  timeoutMs: number = patientMs,
): SqliteInstanceOptions {
  const program = fileURLToPath(new URL('instance.ts', import.meta.url))
  return { program, file, timeoutMs, apiUrl }
}

/** Compiles the code of an instance before the first test. Later processes start in a third of the time. */
export async function compileInstance(): Promise<void> {
  using folder = new SqliteFolder()
  await using _ = await Instance.start(instanceOptions(folder, 'http://127.0.0.1:1'))
}

const program = `
  import { DatabaseSync } from 'node:sqlite'
  const database = new DatabaseSync(process.argv[1], { timeout: 20000 })
  database.exec('BEGIN IMMEDIATE; CREATE TABLE orders (id TEXT) STRICT')
  console.log('locked')
  process.stdin.once('data', () => {
    database.exec('COMMIT')
    process.exit()
  })`

/** Another process of the application, which takes long to end a transaction that writes. */
export class LockHolder implements AsyncDisposable {
  readonly #process: ChildProcess

  private constructor({ file }: SqliteFolder) {
    this.#process = spawn(process.execPath, ['--input-type=module', '--eval', program, file], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
  }

  static async start(folder: SqliteFolder): Promise<LockHolder> {
    const holder = new LockHolder(folder)
    await once(holder.#process.stdout!, 'data')
    return holder
  }

  /** Sends a signal to the process, for example SIGKILL, SIGSTOP or SIGCONT. */
  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }

  /** Commits the transaction. */
  async release(): Promise<void> {
    const exit = once(this.#process, 'exit')
    this.#process.stdin!.write('commit')
    await exit
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const exit = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await exit
  }
}
