/**
 * What a body parser read, as bytes to read again; undefined if that cannot be told. A parser for JSON leaves a
 * value, one for text or raw bytes leaves those.
 */
export function unparseBody(parsed: unknown, contentType: string): string | Uint8Array | undefined {
  if (typeof parsed === 'string' || parsed instanceof Uint8Array) return parsed
  if (parsed === undefined || !/^[^;]+[/+]json\b/i.test(contentType)) return undefined
  return JSON.stringify(parsed)
}

/** Headers that describe the body as it was sent, not as it is after a parser. */
export const sentBodyHeaders: readonly string[] = ['content-length', 'content-encoding', 'transfer-encoding']

/** A body that was read and not kept: the handler sees that it is gone. */
export async function withBodyUsed(request: Request): Promise<Request> {
  await request.text()
  return request
}
