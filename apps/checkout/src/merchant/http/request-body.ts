import type { Context } from 'hono'

import { OrderProblem } from './shop-problem.ts'

/** No message of the shop's pages, and no webhook, is nearly as long. */
const maxBytes = 64 * 1024

/** Returns the body as text. Throws before it reads more than 64 KiB. */
export async function bodyText(c: Context): Promise<string> {
  const { body, headers } = c.req.raw
  if (Number(headers.get('Content-Length')) > maxBytes) throw new OrderProblem('request_too_large')
  const chunks: Uint8Array[] = []
  let bytes = 0
  // A body without a declared length may be endless. Leaving the loop cancels it.
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw new OrderProblem('request_too_large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Returns the members of the JSON object in the body, or an empty object for any other text. */
export async function bodyJson(c: Context): Promise<Record<string, unknown>> {
  return jsonOf(await bodyText(c))
}

/** Returns the members of a JSON object, or an empty object for any other text. */
export function jsonOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
