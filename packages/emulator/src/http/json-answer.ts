import type { ContentfulStatusCode } from 'hono/utils/http-status'

import type { RouteContext, TextAside } from '../context/context.ts'

/**
 * Answers with JSON. If the sender takes the text aside, the response has no body: the stream that `Response` makes of
 * it, only to be read back for the socket, costs more than all other work for an answer.
 */
export function jsonAnswer(c: RouteContext, body: unknown, status: ContentfulStatusCode): Response {
  const text = JSON.stringify(body)
  const headers = { 'Content-Type': 'application/json' }
  const { aside } = c.env
  if (!aside) return c.body(text, status, headers)
  aside.json = text
  return c.body(null, status, headers)
}

/** Returns the whole body of an answer, taken aside or not, or null if the answer has no body. */
export async function wholeText(answer: Response, aside: TextAside | undefined): Promise<string | null> {
  return answer.body === null ? (aside?.json ?? null) : await answer.text()
}
