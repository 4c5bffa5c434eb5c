/**
 * Version of the signalling protocol. It is raised when an older page would misread a changed message. The
 * server refuses other versions with `version-unsupported`.
 */
export const PROTOCOL_VERSION = 2;
