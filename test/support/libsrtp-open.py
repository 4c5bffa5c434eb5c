"""Opens SRTP packets with libsrtp.

Reads lines in hex: first the key and salt, then packets. Writes each packet in the clear, in hex, or an
empty line if libsrtp rejects it.
"""

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
