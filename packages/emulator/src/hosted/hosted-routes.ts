import type { EmulatorApp, EmulatorContext, RouteContext } from '../context/context.ts'
import { notFound } from '../http/not-found.ts'
import { mountRoute } from '../http/routes.ts'
import { vaultOrigin } from '../http/vault-origin.ts'
import { orderTable } from '../orders/order.ts'
import { balanceSessionTable, onboardingSessionTable } from '../sessions/hosted-session.ts'
import { balancePage, checkBalance } from './balance-page.ts'
import { hostedStyle, STYLE_PATH } from './hosted-page.ts'
import { onboardingPage, submitOnboarding } from './onboarding-page.ts'
import { payOrder } from './pay-order.ts'
import { paymentPage } from './payment-page.ts'

/**
 * Mounts the pages behind `redirect_url`. They use no token: as on the real pages, the address alone gives access. A
 * plain form sends the typed data to the vault's origin. The vault redirects the browser (303), so that a reload never
 * sends a PIN again.
 */
export function mountHosted(app: EmulatorApp, context: EmulatorContext): void {
  mountRoute(app, STYLE_PATH, {
    GET: (c) => c.body(hostedStyle, 200, { 'Content-Type': 'text/css; charset=utf-8' }),
  })
  mountPayment(app, context)
  mountBalance(app, context)
  mountOnboarding(app, context)
}

function mountPayment(app: EmulatorApp, context: EmulatorContext): void {
  const orders = context.store.table(orderTable)
  mountRoute(app, '/payment', {
    GET: (c) => {
      const order = orders.get(c.req.query('order') ?? '')
      if (!order || order.merchant.fnsNumber !== c.req.query('merchant')) return notFound(c)
      const action = `${vaultOrigin(context, c)}/proxy/hosted/orders/${order.ref}/`
      return showPage(c, paymentPage(context, order, action, c.req.query('problem') ?? null), [
        action,
        order.successRedirectUrl,
        order.cancelRedirectUrl,
      ])
    },
  })
  mountRoute(app, '/proxy/hosted/orders/:ref/', {
    POST: async (c) => {
      const order = orders.get(c.req.param('ref') ?? '')
      if (!order) return notFound(c)
      const problem = await payOrder(context, order.ref, formOf(c))
      if (problem !== undefined) return c.redirect(`${order.redirectUrl}&problem=${problem}`, 303)
      const isPaid = orders.get(order.ref)?.status === 'succeeded'
      return c.redirect((isPaid && order.successRedirectUrl) || order.redirectUrl, 303)
    },
  })
}

function mountBalance(app: EmulatorApp, context: EmulatorContext): void {
  const balanceSessions = context.store.table(balanceSessionTable)
  mountRoute(app, '/balance', {
    GET: (c) => {
      const session = balanceSessions.get(c.req.query('session') ?? '')
      if (!session || session.merchant.fnsNumber !== c.req.query('merchant')) return notFound(c)
      const action = `${vaultOrigin(context, c)}/proxy/hosted/balance_sessions/${session.ref}/`
      return showPage(c, balancePage(context, session, action), [
        action,
        session.successRedirectUrl,
        session.cancelRedirectUrl,
      ])
    },
  })
  mountRoute(app, '/proxy/hosted/balance_sessions/:ref/', {
    POST: (c) => {
      const session = balanceSessions.get(c.req.param('ref') ?? '')
      if (!session) return notFound(c)
      const isKnown = checkBalance(context, session, formOf(c).get('pin') ?? '')
      return c.redirect((isKnown && session.successRedirectUrl) || session.redirectUrl, 303)
    },
  })
}

function mountOnboarding(app: EmulatorApp, context: EmulatorContext): void {
  const onboardingSessions = context.store.table(onboardingSessionTable)
  mountRoute(app, '/onboarding', {
    GET: (c) => {
      const session = onboardingSessions.get(c.req.query('session') ?? '')
      if (!session) return notFound(c)
      const { origin } = new URL(c.req.url)
      return showPage(c, onboardingPage(session, session.redirectUrl), [
        origin,
        session.successRedirectUrl,
        session.cancelRedirectUrl,
      ])
    },
    POST: (c) => {
      const session = onboardingSessions.get(c.req.query('session') ?? '')
      if (!session) return notFound(c)
      const { status } = submitOnboarding(context, session, formOf(c))
      return c.redirect((status === 'live' && session.successRedirectUrl) || session.redirectUrl, 303)
    },
  })
}

function formOf(c: RouteContext): URLSearchParams {
  return new URLSearchParams(c.get('body'))
}

/**
 * Serves a page without scripts. Its form may go to the given addresses, directly or by a redirect (Chromium checks
 * `form-action` for redirects). Only the origins of these addresses may frame the page.
 */
function showPage(c: RouteContext, page: string, addresses: readonly string[]): Response {
  const origins = [...new Set(addresses.filter(Boolean).map((address) => new URL(address).origin))].join(' ')
  return c.html(page, 200, {
    'Cache-Control': 'no-store',
    'Content-Security-Policy': [
      "default-src 'none'",
      "style-src 'self'",
      'img-src data:',
      "base-uri 'none'",
      `form-action 'self' ${origins}`,
      `frame-ancestors 'self' ${origins}`,
    ].join('; '),
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  })
}
