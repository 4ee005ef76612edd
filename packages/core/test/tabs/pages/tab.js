// A checkout in one of many tabs, which requests a token on command.
const session = window.ForageSession.createForageSession({
  tokenSource: '/token',
  environment: { apiUrl: location.origin },
  checkoutId: checkout,
})

async function requestToken() {
  const startedAt = performance.now()
  try {
    const token = await session.getToken()
    await report('token', { token, ms: performance.now() - startedAt })
  } catch (error) {
    await report('token', { error: String(error), ms: performance.now() - startedAt })
  }
}

// Commands arrive over a channel, because messages are not throttled in a background tab.
let commands
function listen() {
  commands = new BroadcastChannel(`commands ${checkout}`)
  commands.onmessage = ({ data }) => {
    if (data.startsWith('checkout-')) session.setCheckout(data)
    if (data === 'all' || data === tab) void requestToken()
  }
}
listen()
addEventListener('pagehide', () => commands.close())
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) listen()
  void report('shown', { persisted })
})
void report('ready')
