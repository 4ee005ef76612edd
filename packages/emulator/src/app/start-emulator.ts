import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'

import type { TextAside } from '../context/context.ts'
import { ConnectionDropped } from '../gates/connection-dropped.ts'
import { wholeText } from '../http/json-answer.ts'
import type { StateFile } from '../state/state-file.ts'
import { createEmulator, type Emulator, type EmulatorOptions } from './emulator.ts'

/**
 * The default port of the API.
 *
 * @example
 * ```ts
 * import { DEFAULT_PORT } from '@forage-session/emulator/node'
 *
 * const url = `http://127.0.0.1:${DEFAULT_PORT}`
 * ```
 */
export const DEFAULT_PORT = 4010

/** The options of {@link startEmulator}, in addition to {@link EmulatorOptions}. */
export interface StartEmulatorOptions extends Omit<EmulatorOptions, 'vaultUrl' | 'journal'> {
  /** The port of the API. 0 uses a free port. Default 4010. */
  readonly port?: number
  /** The port of the vault. Default: the port after `port`, or a free port if `port` is 0. */
  readonly vaultPort?: number
  /** The address to listen on. Default `127.0.0.1`, which only this machine can reach. */
  readonly host?: string
  /** Refs (10 hex digits) of test cards to store with `control.keepCard`. Default: no card. */
  readonly cards?: readonly string[]
  /** The path of a SQLite file that keeps the state across restarts. Default: in memory only. */
  readonly state?: string
}

/** An emulator that listens on two ports. */
export interface RunningEmulator {
  /** The emulator itself, for calls without a port. */
  readonly emulator: Emulator
  /** The origin of the API, the SDK's script and the control plane. */
  readonly url: string
  /** The origin of the vault and the SDK's inputs. */
  readonly vaultUrl: string
  /** Stops both servers, closes open connections, and closes the state file. */
  close(): Promise<void>
}

/**
 * Starts an emulator on two ports: the API and the vault are two origins. Rejects with an `Error` if a port is in use, and
 * with `EmulatorError` (`invalid_option`) for an invalid option.
 *
 * @example
 * ```ts
 * import { startEmulator } from '@forage-session/emulator/node'
 *
 * const { url, emulator, close } = await startEmulator({ port: 0 })
 * await fetch(`${url}/api/payments/`) // 401
 * emulator.control.expireSessionTokens()
 * await close()
 * ```
 */
export async function startEmulator(options: StartEmulatorOptions = {}): Promise<RunningEmulator> {
  const {
    port = DEFAULT_PORT,
    vaultPort = port === 0 ? 0 : port + 1,
    host = '127.0.0.1',
    cards = [],
    state,
    ...rest
  } = options
  let emulator: Emulator | undefined
  const file = state === undefined ? undefined : await openState(state)
  const answer: Answer = (request, sender) =>
    emulator?.fetch(request, sender) ?? Promise.resolve(new Response(null, { status: 503 }))
  const open: { close(): Promise<void> | void }[] = file ? [file] : []
  // Close the servers first: the file keeps their last answers.
  const close = async (): Promise<void> => {
    for (const each of open.toReversed()) await each.close()
  }
  try {
    const vault = await listen(answer, vaultPort, host)
    open.push(vault)
    emulator = createEmulator({
      ...rest,
      switches: { requestLimit: '900/5min', ...rest.switches },
      vaultUrl: vault.url,
      ...(file ? { journal: file } : {}),
    })
    for (const ref of cards) await emulator.control.keepCard(ref)
    const api = await listen(answer, port, host)
    open.push(api)
    return { emulator, url: api.url, vaultUrl: vault.url, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Loads SQLite on demand: it would slow down a start without a state file. */
async function openState(path: string): Promise<StateFile> {
  const { openStateFile } = await import('../state/state-file.ts')
  return openStateFile(path)
}

interface Listening {
  readonly url: string
  close(): Promise<void>
}

type Answer = Emulator['fetch']

/** Answers over sockets. If a fault drops the connection, it closes the socket without an answer. */
function overSockets(answer: Answer): (request: Request, env: unknown) => Promise<Response> {
  return async (request, env) => {
    const { incoming, outgoing } = env as HttpBindings
    const { remoteAddress } = incoming.socket
    const aside: TextAside = {}
    const sender = { ...(remoteAddress === undefined ? {} : { remoteAddress }), aside }
    try {
      const response = await answer(request, sender)
      return send(outgoing, response, await wholeText(response, aside))
    } catch (error) {
      if (!(error instanceof ConnectionDropped)) throw error
      outgoing.destroy()
      return RESPONSE_ALREADY_SENT
    }
  }
}

/** Writes the answer in one piece. All answers are short, so this costs a third less than their streams. */
function send(outgoing: HttpBindings['outgoing'], response: Response, text: string | null): Response {
  const headers = Object.fromEntries(response.headers)
  // A 204 must not have a length (RFC 9110 §8.6), and a HEAD's is the one of the GET. Without a length, Node.js would send
  // any other empty answer in chunks.
  const hasLength = text !== null || (response.status !== 204 && outgoing.req.method !== 'HEAD')
  const length = hasLength ? { 'content-length': Buffer.byteLength(text ?? '') } : {}
  outgoing.writeHead(response.status, { ...headers, ...length }).end(text ?? undefined)
  return RESPONSE_ALREADY_SENT
}

function listen(answer: Answer, port: number, host: string): Promise<Listening> {
  // `overrideGlobalObjects` would replace Request and Response in the whole process.
  const server = createAdaptorServer({
    fetch: overSockets(answer),
    overrideGlobalObjects: false,
  }) as Server
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(describeListenError(error, port, host)))
    server.listen(port, host, () => {
      const { port: actual } = server.address() as AddressInfo
      resolve({ url: `http://${nameOf(host)}:${actual}`, close: () => closeServer(server) })
    })
  })
}

/** Returns the name for a URL. The address that means every address of this machine is no name: the loopback is. */
function nameOf(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function describeListenError(error: NodeJS.ErrnoException, port: number, host: string): Error {
  if (error.code !== 'EADDRINUSE') return error
  return new Error(
    `Port ${port} on ${host} is in use. Stop the program that listens there, or choose another port (0 uses a free one).`,
    { cause: error },
  )
}
