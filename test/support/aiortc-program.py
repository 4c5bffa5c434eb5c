"""A WHIP or WHEP client built on aiortc.

Reads one line of JSON: `door` ("whip" or "whep"), `url`, `token`, `hz` (of the tone that it sends) and
`video` (whether it offers a picture too). As whip it sends a tone until it is told to end. As whep it
receives, and prints the frequency of each second of sound as a line of JSON, and when the sound has
ended. Any further line ends it, by DELETE.
"""

import asyncio
import fractions
import json
import sys
import urllib.request
from urllib.parse import urljoin

import aioice.ice
import av
import numpy
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError, VideoStreamTrack

RATE_HZ = 48_000
FRAME_SAMPLES = 960

# aioice gathers no loopback addresses, but the tests use only these.
aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]


class Tone(AudioStreamTrack):
    """A sine at half of full scale, paced by the clock."""

    def __init__(self, hz: float) -> None:
        super().__init__()
        self.hz = hz
        self.sent = 0
        self.began = None

    async def recv(self) -> av.AudioFrame:
        now = asyncio.get_running_loop().time()
        if self.began is None:
            self.began = now
        await asyncio.sleep(max(0.0, self.began + self.sent / RATE_HZ - now))
        times = (numpy.arange(FRAME_SAMPLES) + self.sent) / RATE_HZ
        samples = (16_000 * numpy.sin(2 * numpy.pi * self.hz * times)).astype(numpy.int16)
        frame = av.AudioFrame.from_ndarray(numpy.repeat(samples, 2).reshape(1, -1), "s16", "stereo")
        frame.sample_rate, frame.pts = RATE_HZ, self.sent
        frame.time_base = fractions.Fraction(1, RATE_HZ)
        self.sent += FRAME_SAMPLES
        return frame


def ask(method: str, url: str, token: str, body: str | None = None):
    request = urllib.request.Request(url, method=method, data=body.encode() if body is not None else None)
    if body is not None:
        request.add_header("Content-Type", "application/sdp")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    return urllib.request.urlopen(request, timeout=10)


async def report(track) -> None:
    """Prints the loudest frequency of each second."""
    samples = []
    try:
        while True:
            frame = await track.recv()
            samples.append(frame.to_ndarray().reshape(-1, 2)[:, 0])
            if sum(map(len, samples)) < RATE_HZ:
                continue
            second = numpy.concatenate(samples)[:RATE_HZ]
            samples = []
            power = numpy.abs(numpy.fft.rfft(second * numpy.hanning(RATE_HZ)))
            print(json.dumps({"hz": int(power.argmax()), "peak": int(abs(second).max())}), flush=True)
    except MediaStreamError:
        print(json.dumps({"ended": True}), flush=True)


async def main() -> None:
    loop = asyncio.get_running_loop()
    line = lambda: loop.run_in_executor(None, sys.stdin.readline)  # noqa: E731
    order = json.loads(await line())
    connection = RTCPeerConnection()
    if order["door"] == "whip":
        if order.get("video"):
            connection.addTrack(VideoStreamTrack())
        connection.addTrack(Tone(order["hz"]))
    else:
        connection.addTransceiver("audio", direction="recvonly")
        connection.on("track", lambda track: asyncio.ensure_future(report(track)))
    connected = asyncio.Event()
    connection.on(
        "connectionstatechange",
        lambda: connected.set() if connection.connectionState == "connected" else None,
    )
    await connection.setLocalDescription(await connection.createOffer())
    sdp = connection.localDescription.sdp
    answer = await loop.run_in_executor(None, ask, "POST", order["url"], order["token"], sdp)
    location = urljoin(order["url"], answer.headers["Location"])
    description = RTCSessionDescription(answer.read().decode(), "answer")
    await connection.setRemoteDescription(description)
    await asyncio.wait_for(connected.wait(), 20)
    print(json.dumps({"connected": answer.status}), flush=True)
    await line()
    ended = await loop.run_in_executor(None, ask, "DELETE", location, order["token"])
    print(json.dumps({"deleted": ended.status}), flush=True)
    await connection.close()


asyncio.run(main())
