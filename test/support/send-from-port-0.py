"""Sends one UDP datagram over loopback from port 0, which an ordinary socket cannot do.

The argument is the destination port; standard input is the payload.
"""

import socket
import struct
import sys

payload = sys.stdin.buffer.read()
# A checksum of 0 means that there is none (RFC 768).
header = struct.pack("!HHHH", 0, int(sys.argv[1]), 8 + len(payload), 0)
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP)
raw.sendto(header + payload, ("127.0.0.1", 0))
