/**
 * Returns a signal that aborts on Ctrl-C, on a termination signal, and when the parent process (up.mjs, verify.ts)
 * ends. After that, end child processes and remove temporary folders.
 */
export function interruption(): AbortSignal {
  const stopped = new AbortController()
  for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect']) process.on(event, () => stopped.abort())
  // The listener must not keep this process alive.
  process.channel?.unref()
  return stopped.signal
}
