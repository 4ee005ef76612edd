import { errorCode } from '../shared/safe-cause.ts'

/** Causes can form a circle. */
const deepest = 8

interface NetworkError {
  code?: unknown
  syscall?: unknown
  message?: unknown
  cause?: unknown
  errors?: unknown
}

/**
 * Returns whether a request that failed with this error was never written to the wire: the address was not found, no
 * connection came about, the certificate was refused, or a proxy refused its tunnel.
 */
export function wasNeverSent(error: unknown): boolean {
  return chainOf(error).some((each) => hasAllAttempts(each) || isFromBefore(each))
}

/** Returns whether the connection was closed without an answer, as a server or a load balancer closes an idle one. */
export function wasReset(error: unknown): boolean {
  return chainOf(error).some(({ code }) => resetCodes.has(String(code)))
}

/** Returns the code of a failed request: the system's own, or a clearer one. */
export function connectionErrorCode(error: unknown): string | undefined {
  const isTunnel = chainOf(error).some(({ message }) => tunnelText.test(String(message)))
  return isTunnel ? 'proxy_refused_tunnel' : errorCode(error)
}

const resetCodes = new Set(['ECONNRESET', 'UND_ERR_SOCKET', 'EPIPE'])

function chainOf(error: unknown): NetworkError[] {
  const chain: NetworkError[] = []
  for (let at = error; typeof at === 'object' && at !== null && chain.length < deepest;) {
    chain.push(at)
    at = (at as NetworkError).cause
  }
  return chain
}

/** The connection to each address of a host failed (an `AggregateError` of Node.js). */
function hasAllAttempts({ errors }: NetworkError): boolean {
  return Array.isArray(errors) && errors.length > 0 && errors.every((attempt) => wasNeverSent(attempt))
}

function isFromBefore({ code, syscall, message }: NetworkError): boolean {
  const [name, text] = [String(code), String(message)]
  if (isConnecting(String(syscall)) || tunnelText.test(text) || handshakeTexts.test(text)) return true
  if (name === 'EPROTO') return true
  return syscall !== 'read' && syscall !== 'write' && codesFromBefore.some((codes) => codes.test(name))
}

function isConnecting(syscall: string): boolean {
  return /^(connect|getaddrinfo|query\w*)$/.test(syscall)
}

const codesFromBefore = [
  // The network, and the names of other runtimes for it (Bun).
  /^(ECONNREFUSED|EHOST(UNREACH|DOWN)|ENET(UNREACH|DOWN)|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT)$/,
  /^(ConnectionRefused|FailedToOpenSocket)$/,
  // Names: getaddrinfo and c-ares.
  /^(ENOTFOUND|EAI_\w+|ENODATA|ESERVFAIL|EREFUSED|ETIMEOUT)$/,
  // TLS and certificates, as OpenSSL and Node.js name them. A damaged record can also come later.
  /CERT|^(CRL_\w+|UNABLE_TO_\w+|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)$/,
  /^(ERR_TLS_\w+|ERR_SSL_(?!\w*(BAD_RECORD_MAC|DECRYPT))\w+)$/,
  // Proxies, and requests that no client sends.
  /^(ERR_PROXY_\w+|UND_ERR_PRX_TLS|UND_ERR_INVALID_ARG)$/,
]

/** Undici about the tunnel through a proxy. */
const tunnelText = /when HTTP Tunneling/
/** Node.js during the TLS handshake, and Deno about the connection. */
const handshakeTexts = /before secure TLS connection was established|client error \(Connect\)/
