/**
 * Version of the signalling protocol. It goes up when a message changes so that an older page
 * would misread it; the server refuses other versions with `version-unsupported`.
 */
export const PROTOCOL_VERSION = 1;
