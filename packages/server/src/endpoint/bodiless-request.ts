export interface BodilessRequest {
  request: Request
  /** Aborts the request's signal, even if `authorize` reads the signal only after that. */
  abort(reason: unknown): void
}

/**
 * Returns the same request without its body. Its address, method and headers cost nothing. Everything else, including
 * `clone()`, builds a whole `Request`, which on Node.js costs more than all the rest of an answer.
 */
export function bodilessRequest(original: Request): BodilessRequest {
  const request = new BodilessView(original)
  return { request: request as unknown as Request, abort: (reason) => request[abortSymbol](reason) }
}

const wholeSymbol = Symbol('whole')
const abortSymbol = Symbol('abort')

class BodilessView {
  readonly #original: Request
  #controller: AbortController | undefined
  #whole: Request | undefined
  #aborted: { reason: unknown } | undefined

  constructor(original: Request) {
    this.#original = original
  }

  get url(): string {
    return this.#original.url
  }

  get method(): string {
    return this.#original.method
  }

  get headers(): Headers {
    return this.#original.headers
  }

  /** Aborts also if the client disconnects. */
  get signal(): AbortSignal {
    if (this.#controller) return this.#controller.signal
    this.#controller = following(this.#original.signal)
    if (this.#aborted) this.#controller.abort(this.#aborted.reason)
    return this.#controller.signal
  }

  get [wholeSymbol](): Request {
    const { url, method, headers, signal } = this
    this.#whole ??= new Request(url, { method, headers, signal })
    return this.#whole
  }

  [abortSymbol](reason: unknown): void {
    this.#aborted = { reason }
    this.#controller?.abort(reason)
  }
}

Object.setPrototypeOf(BodilessView.prototype, Request.prototype)
for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(Request.prototype))) {
  if (!Object.hasOwn(BodilessView.prototype, name))
    forward(name as keyof Request, typeof value === 'function')
}

// The platform's accessors accept only the platform's own objects.
function forward(name: keyof Request, isMethod: boolean): void {
  Object.defineProperty(BodilessView.prototype, name, {
    configurable: true,
    get(this: BodilessView): unknown {
      const whole = this[wholeSymbol]
      return isMethod ? (whole[name] as () => unknown).bind(whole) : whole[name]
    },
  })
}

function following(outer: AbortSignal): AbortController {
  const controller = new AbortController()
  const abort = (): void => controller.abort(outer.reason)
  if (outer.aborted) abort()
  outer.addEventListener('abort', abort, { once: true, signal: controller.signal })
  return controller
}
