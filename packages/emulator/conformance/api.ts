import { Mismatch, Skip } from './fact.ts'

export interface Answer {
  /** Of the request. */
  readonly method: string
  /** Of the request. */
  readonly path: string
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** JSON, or the text where it is none. */
  readonly body: unknown
}

export interface SendOptions {
  /** Bearer token. Default: none. */
  readonly token?: string
  /** `Merchant-Account`. Default: the merchant; null for none. */
  readonly merchant?: string | null
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON, a form as a form, a text as it is. */
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
  /** Origin of the vault: what begins with `/proxy/` goes there. */
  readonly vaultUrl: string
  readonly clientId: string
  readonly clientSecret: string
  /** Merchant ID, without `mid/`. */
  readonly merchant: string
  /** The merchant's other number, if known. */
  readonly fnsNumber?: string | undefined
  /** Who asks Quidkey, and where: what begins with `/api/v1/` goes there. Default: Quidkey is not asked. */
  readonly quidkey?: QuidkeyClient | undefined
  /** Default: the platform's. */
  readonly fetch?: typeof fetch
  /** Moves the server's clock; only an emulator has that. */
  readonly advance?: ((ms: number) => Promise<void>) | undefined
  /** Told apart from every other run by this. Default: random. */
  readonly run?: string
}

export interface PaymentMethod {
  readonly ref: string
  /** Third part of `card.token`. */
  readonly vaultToken: string
  readonly body: Record<string, unknown>
}

/** The server that is asked. Remembers the tokens it was given, so that a run leaves none behind. */
export interface Api {
  readonly options: ApiOptions
  send(method: string, path: string, options?: SendOptions): Promise<Answer>
  /** A request to `/o/…` with the client's credentials by Basic. */
  oauth(path: string, form: Readonly<Record<string, string>>): Promise<Answer>
  /** The run's own, made once. Scope `pinpad_only` if not told. */
  authenticationToken(scope?: string): Promise<string>
  /** The run's own, made once. */
  sessionToken(): Promise<string>
  /** One that a fact may spoil. */
  newAuthenticationToken(form?: Readonly<Record<string, string>>): Promise<string>
  newSessionToken(parent?: string): Promise<string>
  /** Moves the server's clock. Throws `Skip` where it cannot be moved. */
  advance(ms: number): Promise<void>
  /** A text that no other call gives. */
  unique(): string
  /** Takes what nobody should read out of a text. */
  redact(text: string): string
  /** Revokes every authentication token that was made. */
  release(): Promise<void>
}

export function createApi(options: ApiOptions): Api {
  const { clientId, clientSecret, run = crypto.randomUUID().slice(0, 8) } = options
  const parents = new Map<string, Promise<string>>()
  const made = new Set<string>()
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
      made.add(token)
      return token
    },
    newSessionToken: async (parent) => {
      const token = parent ?? (await api.authenticationToken())
      return textField(await api.send('POST', '/api/session_token/', { token }), 'token')
    },
    advance: async (ms) => {
      if (!options.advance) throw new Skip('needs a clock that can be moved')
      await options.advance(ms)
      // What was valid before need not be now.
      parents.clear()
      session = undefined
    },
    unique: () => `${run}-${(count += 1)}`,
    redact: (text) =>
      [clientSecret, clientId, options.quidkey?.clientSecret ?? clientSecret]
        .reduce((rest, secret) => rest.replaceAll(secret, '[credential]'), text)
        // Quidkey's tokens: JWTs without a prefix.
        .replaceAll(/\beyJ[\w-]+(\.[\w-]+)*/g, '[token]')
        .replaceAll(/\b(?!tok_)[a-z]{2,10}_[\w-]{12,}(\.[\w-]+)*/gi, (found) =>
          isCode(found) ? found : '[token]',
        ),
    release: async () => {
      for (const token of made) await api.oauth('/o/revoke_token/', { token })
      made.clear()
    },
  }
  return api
}

/** Codes and names of fields are words with underscores; a token has a digit or a capital letter. */
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

/** A field of a JSON object. Throws `Mismatch` where it is missing. */
export function textField(answer: Answer, name: string): string {
  const { body } = answer
  const value =
    typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined
  if (typeof value === 'string') return value
  throw new Mismatch(
    `there is no \`${name}\` in ${answer.method} ${answer.path} → ${answer.status} ${answer.text}`,
  )
}
