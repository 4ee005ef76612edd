/** Returns the median time from the first call of a session to its token request. */
globalThis.firstRequestMs = async (share) => {
  const times = []
  for (let round = 0; round < 15; round += 1) {
    const startedAt = performance.now()
    const session = ForageSession.createForageSession({
      tokenSource: async () => {
        times.push(performance.now() - startedAt)
        return { token: 'sandbox_alone', expires_in: 900 }
      },
      checkoutId: `${share} ${round}`,
      share,
    })
    await session.getToken()
    session.close()
  }
  return times.toSorted((a, b) => a - b)[7]
}
