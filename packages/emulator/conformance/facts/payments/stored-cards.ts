import { defaultSwitches } from '../../../src/context/switch-values.ts'
import type { Answer, Api } from '../../api.ts'
import { Mismatch, Skip } from '../../check-errors.ts'
import { addMethod, freshCard, postMethod } from '../../checkout.ts'
import { described, expectAnswer, isText } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { android, docs, ios } from '../../sources.ts'
import { time } from './patterns.ts'

const { recorded, documented, unknown } = factsOf('5.1')

const reference = docs('reference/payment-methods')
const stateDetails = docs('reference/retrieve-state-card-details')
const { stateCardsPath } = defaultSwitches

/** Reads the list of states, without a merchant. */
async function stateCards(api: Api, token: string): Promise<Answer> {
  return await api.send('GET', stateCardsPath, { token, merchant: null })
}

/** The facts about the card of a payment method, and about the cards of the states. */
export const storedCardFacts: readonly Fact[] = [
  recorded(
    'card',
    ios('PaymentMethodModel.swift'),
    'The card of a payment method has last_4, created and state.',
    async (api) => {
      const pan = freshCard()
      expectAnswer(await postMethod(api, pan), {
        body: {
          card: { last_4: pan.slice(-4), created: time, state: (state) => state === null || isText(state) },
        },
      })
    },
    'write',
  ),
  recorded(
    'fingerprint',
    android('EbtCard.kt'),
    'The card of a payment method has a fingerprint of 64 hex digits, the same for the same number.',
    async (api) => {
      const pan = freshCard()
      const first = await addMethod(api, pan)
      const { fingerprint } = first.body['card'] as { fingerprint?: unknown }
      if (typeof fingerprint !== 'string' || !/^[0-9a-f]{64}$/.test(fingerprint))
        throw new Mismatch('the card has no fingerprint')
      expectAnswer(await postMethod(api, pan), { body: { card: { fingerprint } } })
      const other = await addMethod(api)
      const { fingerprint: another } = other.body['card'] as { fingerprint?: unknown }
      if (another === fingerprint) throw new Mismatch('another card has the same fingerprint')
    },
    'write',
  ),
  documented(
    'fingerprint-v2',
    reference,
    'fingerprint_v2 is another value than fingerprint.',
    async (api) => {
      const { fingerprint, fingerprint_v2 } = (await addMethod(api)).body['card'] as Record<string, unknown>
      if (!isText(fingerprint_v2) || fingerprint_v2 === fingerprint)
        throw new Mismatch('fingerprint_v2 is missing or equals fingerprint')
    },
    'write',
  ),
  documented(
    'state-null',
    docs('docs/custom-quickstart'),
    'The state of a card from 9999 is null.',
    async (api) => {
      expectAnswer(await postMethod(api, freshCard()), { status: 201, body: { card: { state: null } } })
    },
    'write',
  ),
  recorded(
    'three-tokens',
    `${android('RosettaPinSubmitter.kt')}, ${ios('Collector.swift')}`,
    'card.token has at least three parts separated by commas, and the third is for the vault.',
    async (api) => {
      expectAnswer(await postMethod(api, freshCard()), { body: { card: { token: /^[^,]+,[^,]+,[^,]+/ } } })
    },
    'write',
  ),
  unknown(
    'state-cards',
    stateDetails,
    'The path of the list of states and their cards is in no public copy of its page.',
    async (api) => {
      const answer = await stateCards(api, await api.sessionToken())
      const isThere = answer.status === 200
      return {
        note: `${stateCardsPath}: ${isThere ? answer.text.slice(0, 60) : described(answer)}`,
        ...(isThere ? { choice: { stateCardsPath } } : {}),
      }
    },
  ),
  documented(
    'state-cards-tokens',
    stateDetails,
    'Either token reads the list of states and their cards, without another header.',
    async (api) => {
      if ((await stateCards(api, await api.sessionToken())).status !== 200)
        throw new Skip('the path of the list is not known')
      expectAnswer(await stateCards(api, await api.authenticationToken()), {
        status: 200,
        body: Array.isArray,
      })
    },
  ),
]
