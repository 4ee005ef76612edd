/**
 * Whether the output of npm or pnpm says that the registry is unreachable. It recognizes the error codes of Node.js's
 * `dns` and `net`, and the messages of pnpm's own client.
 * @param {string} output
 */
export function isNetworkFailure(output) {
  return /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT)\b|error sending request|dns error|tcp connect error/.test(
    output,
  )
}
