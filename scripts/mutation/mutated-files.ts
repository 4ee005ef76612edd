import { pureFiles } from '../lint/pure-files.ts'

/** The files that mutation testing changes: the pure files, and those whose decisions need a clock or a schema. */
export const mutatedFiles: typeof pureFiles = {
  core: [...pureFiles.core, 'session-options', 'state/session-time', 'token-holder'],
  server: [
    ...pureFiles.server,
    'endpoint/authorize',
    'endpoint/coalesce',
    'endpoint/limits/rate-limit-options',
    'oauth/token-answer',
    'pool/emergency-reason',
    'server/server-options',
    'slot/stored/slot-codec',
    'slot/slot-error',
    'slot/slot-key',
    'token-client/quidkey-dialect',
  ],
}
