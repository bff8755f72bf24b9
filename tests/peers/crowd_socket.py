#!/usr/bin/env python3
"""The crowd program against Python's own `asyncio` and `socket`: fifty clients at once, slow ones, the stop.

PROGRAM_CROWD is the program. Exit status 0: they understand each other.
"""

import asyncio
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from contextlib import contextmanager

PATIENCE = 15  # seconds, for each wait
PROGRAM = os.environ["PROGRAM_CROWD"]


def check(what, good, got=""):
    if not good:
        sys.exit(f"{what}: {got!r:.200}" if got else what)
    print(f"ok    {what}")


def frame(text):
    return struct.pack(">I", len(text)) + text


@contextmanager
def started(*options):
    """The program as a server: yields it and the address that it says, ends it afterwards."""
    program = subprocess.Popen(
        [PROGRAM, "serve", "--listen", "127.0.0.1:0", *options], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )
    # A read of a pipe has no deadline of its own: ending the program ends the read.
    alarm = threading.Timer(PATIENCE, program.kill)
    alarm.start()
    try:
        line = program.stdout.readline().decode()
        alarm.cancel()
        if not line.startswith("listening on 127.0.0.1:"):
            sys.exit(f"expected the line 'listening on 127.0.0.1:PORT', got {line!r}")
        yield program, ("127.0.0.1", int(line.rpartition(":")[2]))
    finally:
        alarm.cancel()
        program.kill()
        program.wait()


class Client:
    """One connection with asyncio's streams; counts the beats between the answers."""

    async def connect(self, address):
        self.beats = 0
        self.reader, self.writer = await asyncio.open_connection(*address)
        return self

    async def letter(self):
        """The next letter; None at the end."""
        try:
            (length,) = struct.unpack(">I", await self.reader.readexactly(4))
            return await self.reader.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionResetError):
            return None

    async def answer(self):
        while (letter := await self.letter()) is not None and letter.startswith(b"time "):
            self.beats += 1
        return letter

    async def ask(self, question, piece=None):
        """Sends a question, whole or in pieces of a size with pauses between, and returns its answer."""
        data = frame(question)
        for at in range(0, len(data), piece or len(data)):
            self.writer.write(data[at : at + (piece or len(data))])
            await self.writer.drain()
            if piece:
                await asyncio.sleep(0.03)
        return await self.answer()


async def talk(address, number):
    """One of many: questions at once, in one piece and dribbled, and beats between them."""
    client = await Client().connect(address)
    for turn in range(5):
        text = f"{number}/{turn} größer".encode()
        if await client.ask(b"echo " + text, piece=4 if turn == 2 else None) != b"answer " + text:
            return None
    client.writer.write(b"".join(frame(b"say %d" % n) for n in range(20)))
    for n in range(20):
        if await client.answer() != b"answer " + b"x" * n:
            return None
    while client.beats < 3:
        if not (await client.letter() or b"").startswith(b"time "):
            return None
        client.beats += 1
    client.writer.write_eof()
    while await client.letter() is not None:
        pass
    return client.beats


async def crowd(address):
    beats = await asyncio.gather(*(talk(address, number) for number in range(50)))
    check("serve: 50 asyncio clients, 25 answers each in order", None not in beats, beats)

    slow = [await Client().connect(address) for _ in range(6)]
    works = [asyncio.create_task(client.ask(b"work 400")) for client in slow]
    quick = await Client().connect(address)
    check("serve: a quick answer beside six slow ones", await quick.ask(b"echo quick") == b"answer quick")
    check("serve: the slow ones are not done by then", not any(work.done() for work in works))
    done = await asyncio.gather(*works)
    check("serve: then they are", done == [b"answer worked 400 ms"] * 6, done)


async def patience(address):
    silent, dribble = [await Client().connect(address) for _ in range(2)]
    asker = await Client().connect(address)
    loop = asyncio.get_running_loop()
    began = loop.time()
    dribble.writer.write(frame(b"x" * 100)[:-1])
    for _ in range(10):
        if await asker.ask(b"echo here") != b"answer here":
            sys.exit("serve: a client that asks now and then was let go")
        await asyncio.sleep(0.15)
    check("serve: who asks now and then stays", loop.time() - began > 1.2)
    check("serve: who is silent is let go", await silent.answer() is None)
    check("serve: who only begins to ask is let go", await dribble.answer() is None)


def stop():
    with started("--heartbeat-ms", "60000", "--drain-ms", "10000") as (program, address):
        with socket.create_connection(address, PATIENCE) as busy, socket.create_connection(address, PATIENCE) as idle:
            busy.sendall(frame(b"echo in") + frame(b"wait 500"))
            received = b""
            while len(received) < len(frame(b"answer in")):
                received += busy.recv(100)
            program.send_signal(signal.SIGTERM)
            check("stop: a silent client hears the end", idle.recv(1) == b"")
            while data := busy.recv(100):
                received += data
            check("stop: the answer comes, then the end", received.endswith(b"answer waited 500 ms"), received)
        try:
            check("stop: exit status 0", program.wait(PATIENCE) == 0, program.returncode)
        except subprocess.TimeoutExpired:
            sys.exit("stop: the program still runs")
        try:
            socket.create_connection(address, PATIENCE).close()
            sys.exit("stop: somebody still listens")
        except ConnectionRefusedError:
            check("stop: the door is closed", True)


def main():
    with started("--heartbeat-ms", "50") as (_, address):
        asyncio.run(asyncio.wait_for(crowd(address), PATIENCE))
    with started("--heartbeat-ms", "50", "--idle-ms", "800") as (_, address):
        asyncio.run(asyncio.wait_for(patience(address), PATIENCE))
    stop()


main()
