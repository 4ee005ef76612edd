/**
 * Returns the body again from the value that a body parser left: text and bytes unchanged, JSON values serialized.
 * Returns undefined if the value cannot be turned back into the body.
 */
export function unparseBody(parsed: unknown, contentType: string): string | Uint8Array | undefined {
  if (typeof parsed === 'string' || parsed instanceof Uint8Array) return parsed
  if (parsed === undefined || !/^[^;]+[/+]json\b/i.test(contentType)) return undefined
  try {
    return JSON.stringify(parsed)
  } catch {
    // A parser may leave values that JSON does not have, such as a BigInt.
    return undefined
  }
}

/** Headers that describe the sent body. They are wrong for a body that a parser has read. */
export const sentBodyHeaders: readonly string[] = ['content-length', 'content-encoding', 'transfer-encoding']

/** Marks the body as read, so that the handler notices that a parser consumed it and kept nothing. */
export async function withBodyUsed(request: Request): Promise<Request> {
  await request.text()
  return request
}
