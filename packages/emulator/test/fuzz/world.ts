import { createEmulator, type Emulator } from '../../src/index.ts'
import { basic, card, stoppedClock } from '../support/merchant.ts'
import { furnish, type Known } from './furnish.ts'
import type { FuzzedRequest } from './fuzzed-request.ts'
import { createWatchedJournal, type WatchedJournal } from './watched-journal.ts'

export interface FuzzedAnswer {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly text: string
}

/** An emulator with one object of every kind, and the names that requests use for them. */
export interface World {
  readonly emulator: Emulator
  readonly journal: WatchedJournal
  send(request: FuzzedRequest): Promise<FuzzedAnswer>
}

export async function createWorld(): Promise<World> {
  const journal = createWatchedJournal()
  const emulator = createEmulator({ clock: stoppedClock(), journal })
  const { clientId: $clientId, clientSecret: $clientSecret } = emulator
  const $basic = basic(emulator).slice('Basic '.length)
  let known: Known = { $clientId, $clientSecret, $basic, $card: card }
  const refs: string[] = []
  const send: World['send'] = async (template) => {
    const request = toRequest(template, (text) => fill(text, known, refs))
    const response = await emulator.fetch(request)
    const text = await response.text()
    const ref = /"(?:ref|link_id)":"([\w-]+)"/.exec(text)?.[1]
    if (response.ok && ref !== undefined) refs.push(ref)
    return { method: request.method, path: new URL(request.url).pathname, status: response.status, text }
  }
  known = { ...known, ...(await furnish(send, emulator.control)) }
  return { emulator, journal, send }
}

/** Replaces names with values. `$made0` is the most recently created object. Unknown names stay unchanged. */
function fill(text: string, known: Known, refs: readonly string[]): string {
  return text.replaceAll(/\$(\w+)/g, (name, word: string) => {
    const position = /^made(\d)$/.exec(word)?.[1]
    return (position === undefined ? known[name] : refs.at(-1 - Number(position))) ?? name
  })
}

function toRequest(
  { method, path, headers, body }: FuzzedRequest,
  filled: (text: string) => string,
): Request {
  const url = new URL(filled(path), 'http://localhost')
  const sent = Object.entries(headers).map(([name, value]): [string, string] => [name, filled(value)])
  if (body === undefined || method === 'GET' || method === 'HEAD')
    return new Request(url, { method, headers: sent })
  const isForm = headers['Content-Type'] === 'application/x-www-form-urlencoded'
  return new Request(url, {
    method,
    headers: sent,
    body: filled(isForm ? body.replaceAll('%24', '$') : body),
  })
}
