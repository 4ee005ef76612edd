/**
 * Returns whether an answer is a web page. Forage answers in JSON: below 500, a page comes from a firewall, a proxy or a
 * maintenance mode in front of it.
 */
export function isWebPage({ status, headers }: { status: number; headers: Headers }, body: string): boolean {
  if (status >= 500) return false
  return (
    /html\b/.test(headers.get('content-type') ?? '') || /^\s*<(!doctype|[a-z][a-z0-9]*[\s>/])/i.test(body)
  )
}
