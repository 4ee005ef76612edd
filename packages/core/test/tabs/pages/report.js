// Reports to the test what happens in this page.
const { checkout, tab } = Object.fromEntries(new URLSearchParams(location.search))

/** Sends text, so that a frame without an origin needs no preflight. */
function report(what, more) {
  return fetch('/report', { method: 'POST', body: JSON.stringify({ checkout, tab, what, ...more }) })
}

addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
  // The browser itself requests the icon.
  if (blockedURI.endsWith('/favicon.ico')) return
  void report('violation', { value: `${violatedDirective} ${blockedURI}` })
})
