importScripts('/forage-session.iife.js', '/checkout-steps.js')

takeSteps(new URLSearchParams(location.search).get('checkout')).then(
  (value) => postMessage({ value: { ...value, hasDocument: typeof document !== 'undefined' } }),
  (error) => postMessage({ error: String(error) }),
)
