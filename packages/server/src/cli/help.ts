export const help = `Usage: forage-tokens COMMAND [options]

  status       what each pool holds, as in the shared store; mints nothing
  rotate       a new authentication token for a pool; no session token fails
  compromise   every token of a pool is revoked at once and replaced; its checkouts need new session tokens
  drill        rotation and compromise under load, against the emulator; pools of its own
  doctor       what is wrong, or will be: configuration, API, clock, Redis

Options
  --pool NAME        of FORAGE_POOLS; may be left out where there is one
  --reason TEXT      of a compromise, for the record
  --yes              do not ask
  --host NAME        drill: another host than the emulator's; --yes as well
  --json             one JSON document instead of text
  --help             this text

Environment
  FORAGE_CLIENT_ID, FORAGE_CLIENT_SECRET   from Forage's dashboard; ..._KIOSK for a pool "kiosk" of its own client
  FORAGE_ENVIRONMENT   sandbox (default), production, or an origin such as http://127.0.0.1:4010
  FORAGE_MERCHANT_ID   verifies with real calls; drill needs it
  FORAGE_POOLS         JSON as the option "pools" (default {"web":{}})
  FORAGE_TOKEN_PATH, FORAGE_SESSION_TOKEN_PATH, FORAGE_REVOKE_PATH, FORAGE_BULK_REVOKE_PATH
  REDIS_URL            the store that your servers share; without it only drill and doctor work
  FORAGE_SEAL_KEY_1    its key "k1"; the highest number seals, or FORAGE_SEAL_KEY_CURRENT=k1
  FORAGE_INSTANCES     doctor: how many processes serve

Ends with 0 when done; 1 when it failed or found an error; 2 when misused; 3 when it was not confirmed.
`
