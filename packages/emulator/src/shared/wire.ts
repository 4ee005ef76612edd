import * as v from 'valibot'

/** "10-character lowercase hex strings": docs.joinforage.app/reference/payments. */
export const refSchema: v.GenericSchema<string> = v.pipe(v.string(), v.regex(/^[0-9a-f]{10}$/))
/** Decimals are strings with two places. */
export const decimalSchema: v.GenericSchema<string> = v.pipe(v.string(), v.regex(/^\d+\.\d{2}$/))
/** In UTC or with an offset, always with six fraction digits: docs.joinforage.app/reference/orders and the SDKs' fixtures. */
export const timestampSchema: v.GenericSchema<string> = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.regex(/\.\d{6}(Z|[+-]\d\d:\d\d)$/),
)
export const recordSchema: v.GenericSchema<Record<string, unknown>> = v.record(v.string(), v.unknown())

/** Writes a moment in UTC, as `2023-04-27T01:50:59.350429Z`. */
export function utcTime(at: number): string {
  return new Date(at).toISOString().replace('Z', '000Z')
}

/** Marks a moment in an answer as a `Date`. `api/timestamps.ts` writes it in the format of the called version. */
export function isoTime(at: number): Date {
  return new Date(at)
}
