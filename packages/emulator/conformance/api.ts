import { Mismatch, Skip } from './check-errors.ts'
import type { BrowserTab } from './forage-js/browser-tab.ts'
import type { WebhookEvent, WebhookInbox } from './webhook-inbox.ts'

export interface Answer {
  /** The method of the request. */
  readonly method: string
  /** The path of the request. */
  readonly path: string
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The parsed JSON, or the text if it is not JSON. */
  readonly body: unknown
}

export interface SendOptions {
  /** The bearer token. Default: no token. */
  readonly token?: string
  /** `Merchant-Account`. Default: the merchant of the options; null sends no header. */
  readonly merchant?: string | null
  readonly headers?: Readonly<Record<string, string>>
  /** The body. An object is sent as JSON, a form as a form and a text unchanged. */
  readonly body?: object | string | undefined
}

export interface QuidkeyClient {
  /** Origin, as `https://core-dev.quidkey.com`. */
  readonly url: string
  readonly clientId: string
  readonly clientSecret: string
}

export interface ApiOptions {
  /** Origin of the API, as `https://api.sandbox.joinforage.app`. */
  readonly baseUrl: string
  /** Origin of the vault, which gets the paths under `/proxy/`. */
  readonly vaultUrl: string
  readonly clientId: string
  readonly clientSecret: string
  /** Merchant ID, without `mid/`. */
  readonly merchant: string
  /** The merchant's FNS number, if known. */
  readonly fnsNumber?: string | undefined
  /** The client and the origin of Quidkey, which gets the paths under `/api/v1/`. Default: no request to Quidkey. */
  readonly quidkey?: QuidkeyClient | undefined
  /** Default: the platform's fetch. */
  readonly fetch?: typeof fetch
  /** Moves the server's clock, which only an emulator can. */
  readonly advance?: ((ms: number) => Promise<void>) | undefined
  /** Receives the server's webhooks. Default: they do not reach this run. */
  readonly webhooks?: Pick<WebhookInbox, 'find'> | undefined
  /** Returns the tab of a browser, which one page at a time uses. Default: no fact about Forage JS is checked. */
  readonly openTab?: (() => Promise<BrowserTab>) | undefined
  /** The address of Forage JS. */
  readonly sdkUrl?: string | undefined
  /** A name that distinguishes this run from others. Default: random. */
  readonly run?: string
}

export interface PaymentMethod {
  readonly ref: string
  /** The third part of `card.token`. */
  readonly vaultToken: string
  readonly body: Record<string, unknown>
}

/** The server under test. Remembers the tokens that it issued, so that a run can revoke them. */
export interface Api {
  readonly options: ApiOptions
  send(method: string, path: string, options?: SendOptions): Promise<Answer>
  /** Sends a request to `/o/…` with the client's credentials as Basic. */
  oauth(path: string, form: Readonly<Record<string, string>>): Promise<Answer>
  /** Returns the run's shared authentication token. Default scope: `pinpad_only`. */
  authenticationToken(scope?: string): Promise<string>
  /** Returns the run's shared session token. */
  sessionToken(): Promise<string>
  /** Returns a new token, which a fact may revoke or let expire. */
  newAuthenticationToken(form?: Readonly<Record<string, string>>): Promise<string>
  newSessionToken(parent?: string): Promise<string>
  /** Moves the server's clock. Throws `Skip` if the server has no such clock. */
  advance(ms: number): Promise<void>
  /** Returns the first webhook that matches. Throws `Skip` if the server's webhooks do not reach this run. */
  webhook(matches: (event: WebhookEvent) => boolean): Promise<WebhookEvent>
  /** Returns a text that no other call returns. */
  unique(): string
  /** Replaces secrets in a text. */
  redact(text: string): string
  /** Revokes every authentication token of the run. */
  release(): Promise<void>
}

export function createApi(options: ApiOptions): Api {
  const { clientId, clientSecret, run = crypto.randomUUID().slice(0, 8) } = options
  const parents = new Map<string, Promise<string>>()
  const issued = new Set<string>()
  let session: Promise<string> | undefined
  let count = 0
  const api: Api = {
    options,
    send: (method, path, sent = {}) => send(options, method, path, sent),
    oauth: (path, form) =>
      api.send('POST', path, {
        merchant: null,
        headers: { Authorization: basic(options) },
        body: new URLSearchParams(form),
      }),
    authenticationToken: (scope = 'pinpad_only') => {
      const known = parents.get(scope) ?? api.newAuthenticationToken({ scope })
      parents.set(scope, known)
      return known
    },
    sessionToken: () => (session ??= api.newSessionToken()),
    newAuthenticationToken: async (form = { scope: 'pinpad_only' }) => {
      const answer = await api.oauth('/o/token/', { grant_type: 'client_credentials', ...form })
      const token = textField(answer, 'access_token')
      issued.add(token)
      return token
    },
    newSessionToken: async (parent) => {
      const token = parent ?? (await api.authenticationToken())
      return textField(await api.send('POST', '/api/session_token/', { token }), 'token')
    },
    advance: async (ms) => {
      if (!options.advance) throw new Skip('the server has no clock that can be moved')
      await options.advance(ms)
      // Tokens from before may be expired now.
      parents.clear()
      session = undefined
    },
    webhook: async (matches) => {
      if (!options.webhooks) throw new Skip('the webhooks of this server do not reach this run')
      return await options.webhooks.find(matches)
    },
    unique: () => `${run}-${(count += 1)}`,
    redact: (text) =>
      [clientSecret, clientId, options.quidkey?.clientSecret ?? clientSecret]
        .reduce((rest, secret) => rest.replaceAll(secret, '[credential]'), text)
        // Quidkey's tokens are JWTs without a prefix.
        .replaceAll(new RegExp(String.raw`\beyJ${SEGMENTS}`, 'g'), '[token]')
        .replaceAll(new RegExp(String.raw`\b(?!tok_)[a-z]{2,10}_[\w-]{12}${SEGMENTS}`, 'gi'), (found) =>
          isCode(found) ? found : '[token]',
        ),
    release: async () => {
      for (const token of issued) await api.oauth('/o/revoke_token/', { token })
      issued.clear()
    },
  }
  return api
}

/** The rest of a token. A segment may end in padding, as the first one of a session token does. */
const SEGMENTS = String.raw`[\w-]*={0,2}(\.[\w-]+={0,2})*`

/** Recognizes codes and names of fields, which are words with underscores. A token has a digit or a capital letter. */
function isCode(text: string): boolean {
  return /^[A-Z]?[a-z]+(_[A-Z]?[a-z]+)*(_\d\d)?$/.test(text)
}

function basic({ clientId, clientSecret }: ApiOptions): string {
  return `Basic ${btoa(`${clientId}:${clientSecret}`)}`
}

async function send(options: ApiOptions, method: string, path: string, sent: SendOptions): Promise<Answer> {
  const { fetch = globalThis.fetch } = options
  const { body } = sent
  const isJson = typeof body === 'object' && !(body instanceof URLSearchParams)
  const merchant = sent.merchant === undefined ? options.merchant : sent.merchant
  const headers = {
    ...(isJson ? { 'Content-Type': 'application/json' } : {}),
    ...(merchant === null ? {} : { 'Merchant-Account': merchant }),
    ...(sent.token === undefined ? {} : { Authorization: `Bearer ${sent.token}` }),
    ...sent.headers,
  }
  const url = new URL(path, originOf(options, path))
  const init: RequestInit = { method, headers, redirect: 'manual' }
  if (body !== undefined) init.body = isJson ? JSON.stringify(body) : body
  const response = await fetch(url, init)
  const text = await response.text()
  return { method, path, status: response.status, headers: response.headers, text, body: parse(text) }
}

function originOf({ baseUrl, vaultUrl, quidkey }: ApiOptions, path: string): string {
  if (path.startsWith('/proxy/')) return vaultUrl
  return quidkey && path.startsWith('/api/v1/') ? quidkey.url : baseUrl
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Returns a text field of a JSON object. Throws `Mismatch` if the field is missing. */
export function textField(answer: Answer, name: string): string {
  const { body } = answer
  const value =
    typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined
  if (typeof value === 'string') return value
  throw new Mismatch(
    `\`${name}\` is missing in ${answer.method} ${answer.path} → ${answer.status} ${answer.text}`,
  )
}
