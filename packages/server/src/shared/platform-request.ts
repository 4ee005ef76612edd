// In the registry of the process, because an adapter and the endpoint may come from two bundles of this package.
const platform = Symbol.for('@forage-session/server/platform')

/** Remembers the framework's own request, from which an adapter made this one. */
export function withPlatform(request: Request, of: unknown): Request {
  return Object.defineProperty(request, platform, { value: of, configurable: true })
}

/** Returns the framework's own request, if an adapter made this one. */
export function platformOf(request: Request): unknown {
  return (request as { [platform]?: unknown })[platform]
}
