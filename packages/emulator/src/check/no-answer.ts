/** The failure of a request without an answer, in words for a developer. */
export interface NetworkFailure {
  /** What happened, as the end of a sentence: `no connection (ECONNREFUSED)`. */
  readonly failure: string
  /** One sentence that says what to do. */
  readonly remedy: string
  /** Whether the server speaks HTTP, so that a check can judge it. */
  readonly isReachable: boolean
}

interface Kind extends NetworkFailure {
  /** Matches the network's code, or the words of `fetch` itself. */
  readonly pattern: RegExp
}

const noConnection = { failure: 'no connection', isReachable: false }

const kinds: readonly Kind[] = [
  {
    pattern: /HEADERS_OVERFLOW/,
    failure: 'more headers than HTTP clients read',
    remedy: 'Send fewer headers: many proxies accept less than 16 kB of them.',
    isReachable: true,
  },
  { pattern: /ENOTFOUND|EAI_/, ...noConnection, remedy: 'Correct the host name in the URL.' },
  {
    pattern: /NO_APPLICATION_PROTOCOL/,
    ...noConnection,
    remedy: 'The server accepts HTTP/2 only: let it accept HTTP/1.1 as well.',
  },
  {
    pattern: /CERT|SSL|TLS|SIGNED|ALTNAME/,
    ...noConnection,
    remedy:
      'Correct the protocol of the URL (https or http); for a certificate of your own, set NODE_EXTRA_CA_CERTS.',
  },
  {
    pattern: /UND_ERR_SOCKET|ECONNRESET|EPIPE|HPE_|does not match the HTTP|HTTPParserError/,
    failure: 'no HTTP answer',
    remedy:
      "Correct the protocol (http or https) or the port of the URL: an https server or another program may be there. If the URL is right, read the backend's log.",
    isReachable: false,
  },
  {
    pattern: /^bad port$/,
    ...noConnection,
    remedy: 'Browsers refuse this port, so no page can use it: let the backend listen on another one.',
  },
]

const other = { ...noConnection, remedy: 'Start the backend, or correct the URL.' }

/** Explains why `fetch` rejected. */
export function failureOfFetch(error: unknown): NetworkFailure {
  const { cause } = Object(error) as { cause?: unknown }
  const { name, message } = Object(cause) as { name?: unknown; message?: unknown }
  const code = codeOf(error)
  const texts = [code, name, message].filter((text) => typeof text === 'string')
  const { failure, remedy, isReachable } =
    kinds.find(({ pattern }) => texts.some((text) => pattern.test(text))) ?? other
  return { failure: withCode(failure, code), remedy, isReachable }
}

/** Explains why the body of an answer could not be read to its end. */
export function failureOfBody(error: unknown): NetworkFailure {
  const code = codeOf(error)
  if (code?.startsWith('Z_') || code?.startsWith('ERR_BROTLI') || code?.startsWith('ERR__ERROR'))
    return {
      failure: withCode('a body that is not compressed as Content-Encoding says', code),
      remedy: 'Send Content-Encoding only with a body that is compressed in this way.',
      isReachable: true,
    }
  return {
    failure: withCode('an answer that breaks off', code),
    remedy: "Send the whole body, and its size in bytes as Content-Length; read the backend's log.",
    isReachable: true,
  }
}

/** Explains why the deadline ended a request. */
export function failureOfDeadline(seconds: number, hasBegun: boolean): NetworkFailure {
  return {
    failure: hasBegun ? `an answer without an end within ${seconds} s` : `no answer within ${seconds} s`,
    remedy: hasBegun
      ? 'Send the whole answer at once, and end it: a page reads it to its end.'
      : `Answer each request within ${seconds} s, also if Forage does not answer.`,
    isReachable: true,
  }
}

/** Returns the network's own code. The text of an error may repeat what was sent. */
function codeOf(error: unknown): string | undefined {
  const { cause, code } = Object(error) as { cause?: unknown; code?: unknown }
  const found = [(Object(cause) as { code?: unknown }).code, code].find((each) => typeof each === 'string')
  return typeof found === 'string' && /^[A-Z][A-Z\d_]+$/.test(found) ? found : undefined
}

function withCode(failure: string, code: string | undefined): string {
  return code === undefined ? failure : `${failure} (${code})`
}
