import type { ContentfulStatusCode } from 'hono/utils/http-status'

import type { RouteContext } from '../context.ts'

const JSON_TYPE = { 'Content-Type': 'application/json' }

/** Of the answers that were made for a server which takes their text. */
const texts = new WeakMap<Response, string>()

/**
 * Without a body where the server takes the text itself: a stream that `Response` makes of it, to be read back for the
 * socket, costs more than everything else that is done for an answer.
 */
export function jsonAnswer(c: RouteContext, body: unknown, status: ContentfulStatusCode): Response {
  const text = JSON.stringify(body)
  if (!c.env.takesText) return c.body(text, status, JSON_TYPE)
  const answer = c.body(null, status, JSON_TYPE)
  texts.set(answer, text)
  return answer
}

/** All of an answer's body, wherever it is; null where there is none. */
export async function wholeText(answer: Response): Promise<string | null> {
  const text = texts.get(answer)
  if (text !== undefined) return text
  return answer.body === null ? null : await answer.text()
}
