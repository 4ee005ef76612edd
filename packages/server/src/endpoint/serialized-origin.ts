/**
 * Returns whether `text` is an origin as browsers and apps write it in the header `Origin` (RFC 6454 §6.2), other than
 * `null`: `https://shop.example`, but also `capacitor://localhost` and the origins of extensions.
 */
export function isSerializedOrigin(text: unknown): text is string {
  const url = typeof text === 'string' ? URL.parse(text) : null
  // The URL parser accepts a wildcard as a host, but it would never match.
  return url !== null && /^[^*]+$/.test(url.host) && text === `${url.protocol}//${url.host}`
}
