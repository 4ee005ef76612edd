// A checkout in one of many tabs: asks for a token when it is told to.
const session = window.ForageSession.createForageSession({
  tokenSource: '/token',
  environment: { apiUrl: location.origin },
  checkoutId: checkout,
})

async function ask() {
  const startedAt = performance.now()
  try {
    const token = await session.getToken()
    await report('token', { token, ms: performance.now() - startedAt })
  } catch (error) {
    await report('token', { error: String(error), ms: performance.now() - startedAt })
  }
}

// Commands come over a channel, too: messages are not throttled in a tab in the background.
let commands
function listen() {
  commands = new BroadcastChannel(`commands ${checkout}`)
  commands.onmessage = ({ data }) => {
    if (data === 'all' || data === tab) void ask()
  }
}
listen()
addEventListener('pagehide', () => commands.close())
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) listen()
  void report('shown', { persisted })
})
void report('ready')
