import { ably } from './ably.ts'
import { axiosAuthRefresh } from './axios-auth-refresh.ts'
import { kyAfterResponse, kyBeforeRetry } from './ky.ts'
import { liveblocks } from './liveblocks.ts'
import { livekit } from './livekit.ts'
import { oauth2Client } from './oauth2-client.ts'
import { oidcClientTs } from './oidc-client-ts.ts'
import type { PeerAdapter } from './peer.ts'
import { rtkQuery } from './rtk-query.ts'
import { stream } from './stream.ts'
import { supabase } from './supabase.ts'

/** The libraries that the bench compares with, in the order of the table's columns. */
export const peers: readonly PeerAdapter[] = [
  liveblocks,
  livekit,
  ably,
  stream,
  supabase,
  oidcClientTs,
  oauth2Client,
  axiosAuthRefresh,
  kyBeforeRetry,
  kyAfterResponse,
  rtkQuery,
]
