"""Opens SRTP packets with libsrtp. Hex lines in: key and salt first, then packets. Hex lines out: packets in the clear,
or an empty line for each that libsrtp refuses."""

import sys

from pylibsrtp import Error, Policy, Session

lines = (bytes.fromhex(line) for line in sys.stdin)
session = Session(
    Policy(
        key=next(lines),
        ssrc_type=Policy.SSRC_ANY_INBOUND,
        srtp_profile=Policy.SRTP_PROFILE_AES128_CM_SHA1_80,
    )
)
for packet in lines:
    try:
        print(session.unprotect(packet).hex())
    except Error:
        print()
