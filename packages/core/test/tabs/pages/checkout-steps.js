// The steps of a checkout in a page and in a worker: get a token, then send a request whose first answer is 401.
globalThis.takeSteps = async (checkoutId) => {
  const { origin } = location
  const session = ForageSession.createForageSession({
    tokenSource: '/token',
    environment: { apiUrl: origin },
    checkoutId,
  })
  const events = []
  session.on(({ type }) => events.push(type))
  const token = await session.getToken()
  const response = await session.fetch(`${origin}/api/orders/`, { method: 'POST', body: '{}' })
  const { authorization } = await response.json()
  session.close()
  return { token, status: response.status, authorization, events, state: session.getSnapshot().status }
}
