"""A listener built on aiortc.

Prints its offer as a line of JSON, reads the answer, and prints the sample rate of the received audio.
"""

import asyncio
import json
import sys

import aioice.ice
from aiortc import RTCPeerConnection, RTCSessionDescription


# aioice gathers no loopback addresses, but the tests use only these.
aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]


async def main() -> None:
    connection = RTCPeerConnection()
    tracks = asyncio.Queue()
    connection.on("track", tracks.put_nowait)
    connection.addTransceiver("audio", direction="recvonly")
    await connection.setLocalDescription(await connection.createOffer())
    print(json.dumps({"offer": connection.localDescription.sdp}), flush=True)
    line = await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    answer = json.loads(line)["answer"]
    await connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    frame = await (await tracks.get()).recv()
    print(json.dumps({"sampleRate": frame.sample_rate}), flush=True)
    await connection.close()


asyncio.run(main())
