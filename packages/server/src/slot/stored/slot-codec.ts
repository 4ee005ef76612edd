import type { Sealer } from '../../store/sealing.ts'
import type { SlotDocument, TokenRecord } from '../slot-document.ts'
import { readSlotDocument } from './slot-shape.ts'

/** Converts the document of the slot with this key. */
export interface SlotCodec {
  encode(doc: SlotDocument, slot: string): Promise<string>
  /** A token that no key of this instance opens stays in the document, sealed: an instance with the key needs it. */
  decode(value: string, slot: string): Promise<SlotDocument>
}

/** Converts a document for the store. With a sealer, every token in it is sealed; the rest stays readable. */
export function createSlotCodec(sealer: Sealer | undefined): SlotCodec {
  if (!sealer) return plainCodec
  const sealFor =
    (slot: string) =>
    async <T extends Sealable>({ isSealed, ...record }: T): Promise<T> => {
      const context = { slot, tokenId: record.id }
      return { ...record, token: isSealed ? record.token : await sealer.seal(record.token, context) } as T
    }
  const openFor =
    (slot: string) =>
    async <T extends Sealable>(record: T): Promise<T> => {
      const context = { slot, tokenId: record.id }
      const token = await sealer.open(record.token, context).catch(() => undefined)
      return token === undefined ? { ...record, isSealed: true } : { ...record, token }
    }
  return {
    encode: async (doc, slot) => JSON.stringify(await mapTokens(doc, sealFor(slot))),
    decode: async (value, slot) => mapTokens(await plainCodec.decode(value, slot), openFor(slot)),
  }
}

const plainCodec: SlotCodec = {
  encode: async (doc) => JSON.stringify(doc),
  decode: async (value) => readSlotDocument(value),
}

/** The fields that access tokens and refresh tokens share. */
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
