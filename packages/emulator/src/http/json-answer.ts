import type { ContentfulStatusCode } from 'hono/utils/http-status'

import type { RouteContext } from '../context.ts'

/** Where the text of an answer goes whose sender takes it from here. */
export interface TextAside {
  json?: string
}

/**
 * Without a body where the sender takes the text itself: a stream that `Response` makes of it, to be read back for the
 * socket, costs more than everything else that is done for an answer.
 */
export function jsonAnswer(c: RouteContext, body: unknown, status: ContentfulStatusCode): Response {
  const text = JSON.stringify(body)
  const headers = { 'Content-Type': 'application/json' }
  const { aside } = c.env
  if (!aside) return c.body(text, status, headers)
  aside.json = text
  return c.body(null, status, headers)
}

/** All of an answer's body, wherever it is; null where there is none. */
export async function wholeText(answer: Response, aside: TextAside | undefined): Promise<string | null> {
  return answer.body === null ? (aside?.json ?? null) : await answer.text()
}
