/** The connection from the backend to Forage, which tests can disturb. */
export interface ForageLine {
  readonly fetch: typeof globalThis.fetch
  /** Changes the answers to one method and path until the next call. Without an argument, ends the disturbance. */
  disturb(disturbance?: LineDisturbance): void
  /** Returns how often such a request was sent. */
  sent(method: string, pathEnd: string): number
}

export interface LineDisturbance {
  method: string
  pathEnd: string
  act: (send: () => Promise<Response>) => Promise<Response>
}

/** Creates an undisturbed connection over this network. */
export function forageLine(network: typeof fetch = (...request) => fetch(...request)): ForageLine {
  let current: LineDisturbance | undefined
  const log: string[] = []
  return {
    async fetch(input, init) {
      const request = new Request(input, init)
      const line = `${request.method} ${new URL(request.url).pathname}`
      log.push(line)
      const isDisturbed = current && isOf(line, current.method, current.pathEnd)
      return isDisturbed ? await current!.act(() => network(request)) : await network(request)
    },
    disturb: (disturbance) => (current = disturbance),
    sent: (method, pathEnd) => log.filter((line) => isOf(line, method, pathEnd)).length,
  }
}

function isOf(line: string, method: string, pathEnd: string): boolean {
  return line.startsWith(`${method} `) && line.endsWith(pathEnd)
}

/** Forage handles the request, but its answer is lost. */
export async function lostAnswer(send: () => Promise<Response>): Promise<Response> {
  await (await send()).body?.cancel()
  throw new TypeError('fetch failed')
}

/** The request is lost, so that Forage never receives it. */
export async function lostRequest(): Promise<Response> {
  throw new TypeError('fetch failed')
}

/** Forage's answer is an error with this status. */
export function answerWith(status: number) {
  return async (): Promise<Response> => Response.json({ errors: [] }, { status })
}

/** Forage's answer, an object or a list of objects, has other values in these fields. */
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

/** The first answer is delayed until `release` is called. `arrived` resolves when Forage has sent it. */
export function heldAnswer(): {
  act: LineDisturbance['act']
  arrived: Promise<void>
  release: () => void
} {
  const arrival = signal()
  const release = signal()
  let isFirst = true
  return {
    arrived: arrival.given,
    release: release.give,
    async act(send) {
      const response = await send()
      if (isFirst) {
        isFirst = false
        arrival.give()
        await release.given
      }
      return response
    },
  }
}

export function signal(): { given: Promise<void>; give: () => void } {
  let give = (): void => {}
  const given = new Promise<void>((resolve) => (give = resolve))
  return { given, give: () => give() }
}
