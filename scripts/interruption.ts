/**
 * Aborted by Ctrl-C, by a request to end, and when the process that started this one (up.mjs, verify.ts) is gone.
 * Then children are to be ended and temporary folders removed.
 */
export function interruption(): AbortSignal {
  const stopped = new AbortController()
  for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect']) process.on(event, () => stopped.abort())
  // Listening is no reason to stay.
  process.channel?.unref()
  return stopped.signal
}
