/** Over https, or to this machine itself (RFC 6890, RFC 6761 §6.3). */
export function isSecure({ protocol, hostname }: URL): boolean {
  const isLoopback = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)
  return protocol === 'https:' || (protocol === 'http:' && isLoopback)
}
