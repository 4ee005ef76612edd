import type { Sealer } from '../store/sealing.ts'
import { emptySlot, type SlotDocument, type TokenRecord } from './slot-document.ts'

export interface SlotCodec {
  encode(doc: SlotDocument): Promise<string>
  /** A token that no key here opens stays sealed, and in its place: who has the key still needs it. */
  decode(value: string): Promise<SlotDocument>
}

/** The document as it is in the store. With a sealer no token is in it as it is; everything else is readable. */
export function createSlotCodec(pool: string, sealer: Sealer | undefined): SlotCodec {
  if (!sealer) return plainCodec
  const seal = async <T extends Sealable>({ isSealed, ...record }: T): Promise<T> => {
    const context = { pool, tokenId: record.id }
    return { ...record, token: isSealed ? record.token : await sealer.seal(record.token, context) } as T
  }
  const open = async <T extends Sealable>(record: T): Promise<T> => {
    const context = { pool, tokenId: record.id }
    const token = await sealer.open(record.token, context).catch(() => undefined)
    return token === undefined ? { ...record, isSealed: true } : { ...record, token }
  }
  return {
    encode: async (doc) => JSON.stringify(await mapTokens(doc, seal)),
    decode: async (value) => mapTokens(await plainCodec.decode(value), open),
  }
}

const plainCodec: SlotCodec = {
  encode: async (doc) => JSON.stringify(doc),
  // A document of an earlier version lacks what was added since.
  decode: async (value) => ({ ...emptySlot, ...(JSON.parse(value) as SlotDocument) }),
}

/** What a record of an access token and one of a refresh token have in common. */
type Sealable = Pick<TokenRecord, 'id' | 'token' | 'isSealed'>
type MapToken = <T extends Sealable>(record: T) => Promise<T>

async function mapTokens(doc: SlotDocument, map: MapToken): Promise<SlotDocument> {
  const [refresh, current, ...draining] = await Promise.all([
    doc.refresh && map(doc.refresh),
    doc.current && map(doc.current),
    ...doc.draining.map((token) => map(token)),
  ])
  return { ...doc, current, refresh, draining }
}
