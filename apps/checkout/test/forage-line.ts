/** The backend's way to Forage, and what happens on it. */
export interface ForageLine {
  readonly fetch: typeof globalThis.fetch
  /** For one method and the end of a path, until the next call: the answer, or none. Undefined: nothing happens. */
  disturb(disturbance?: LineDisturbance): void
  /** How often this was sent. */
  sent(method: string, pathEnd: string): number
}

export interface LineDisturbance {
  method: string
  pathEnd: string
  act: (send: () => Promise<Response>) => Promise<Response>
}

export function forageLine(): ForageLine {
  let current: LineDisturbance | undefined
  const log: string[] = []
  return {
    async fetch(input, init) {
      const request = new Request(input, init)
      const line = `${request.method} ${new URL(request.url).pathname}`
      log.push(line)
      const isMeant = current && isOf(line, current.method, current.pathEnd)
      return isMeant ? await current!.act(() => fetch(request)) : await fetch(request)
    },
    disturb: (disturbance) => (current = disturbance),
    sent: (method, pathEnd) => log.filter((line) => isOf(line, method, pathEnd)).length,
  }
}

function isOf(line: string, method: string, pathEnd: string): boolean {
  return line.startsWith(`${method} `) && line.endsWith(pathEnd)
}

/** Forage does what it was asked for, and the answer is lost. */
export async function lostAnswer(send: () => Promise<Response>): Promise<Response> {
  await (await send()).body?.cancel()
  throw new TypeError('fetch failed')
}

/** Forage never hears of it. */
export async function lostRequest(): Promise<Response> {
  throw new TypeError('fetch failed')
}

export function answerWith(status: number) {
  return async (): Promise<Response> => Response.json({ errors: [] }, { status })
}

/** An object of Forage, or a list of them, with other fields. */
export function changed(fields: object) {
  return async (send: () => Promise<Response>): Promise<Response> => {
    const response = await send()
    const body = (await response.json()) as object
    const other = Array.isArray(body)
      ? body.map((each: object) => ({ ...each, ...fields }))
      : { ...body, ...fields }
    return Response.json(other, { status: response.status, headers: dateOf(response) })
  }
}

function dateOf({ headers }: Response): { Date: string } {
  return { Date: headers.get('Date') ?? '' }
}

/** The first answer waits until it is let go. */
export function heldAnswer(): {
  act: LineDisturbance['act']
  isThere: Promise<void>
  letGo: () => void
} {
  const there = signal()
  const go = signal()
  let isFirst = true
  return {
    isThere: there.given,
    letGo: go.give,
    async act(send) {
      const response = await send()
      if (isFirst) {
        isFirst = false
        there.give()
        await go.given
      }
      return response
    },
  }
}

function signal(): { given: Promise<void>; give: () => void } {
  let give = (): void => {}
  const given = new Promise<void>((resolve) => (give = resolve))
  return { given, give: () => give() }
}
