#!/usr/bin/env python3
"""The chat programs against Python's own `asyncio` and `socket`, in both roles.

PROGRAM_CHAT is the program. Exit status 0: they understand each other.
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
PROGRAM = os.environ["PROGRAM_CHAT"]


def check(what, good, got=""):
    if not good:
        sys.exit(f"{what}: {got!r:.200}" if got else what)
    print(f"ok    {what}")


@contextmanager
def started(*arguments):
    """The program; ends it afterwards. A read of a pipe has no deadline of its own: ending the program ends the read."""
    program = subprocess.Popen([PROGRAM, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    alarm = threading.Timer(PATIENCE, program.kill)
    alarm.start()
    try:
        yield program
    finally:
        alarm.cancel()
        program.kill()
        program.wait()


@contextmanager
def serving(*options):
    with started("serve", "--listen", "127.0.0.1:0", *options) as program:
        line = program.stdout.readline().decode()
        if not line.startswith("listening on 127.0.0.1:"):
            sys.exit(f"expected the line 'listening on 127.0.0.1:PORT', got {line!r}")
        yield program, ("127.0.0.1", int(line.rpartition(":")[2]))


class Guest:
    """One guest with asyncio's streams. That others come and go is counted, not shown."""

    async def join(self, address, name):
        self.name, self.left = name, []
        self.reader, self.writer = await asyncio.open_connection(*address)
        self.say(name)
        welcome = await self.news()
        return self if welcome == f"welcome {name} hall" else sys.exit(f"{name}: {welcome!r}")

    def say(self, line, end="\n"):
        self.writer.write((line + end).encode())

    async def line(self):
        return (await self.reader.readline()).decode().removesuffix("\n")

    async def news(self):
        while (line := await self.line()).startswith(("joined ", "left ")):
            if line.startswith("left "):
                self.left.append(line.removeprefix("left "))
        return line


async def hall(address):
    guests = [await Guest().join(address, f"guest-{n}") for n in range(30)]
    for guest in guests:
        for turn in range(3):
            guest.say(f"{turn} größer", end="\r\n" if turn == 1 else "\n")
        await guest.writer.drain()
    for guest in guests:
        heard = [await guest.news() for _ in range(29 * 3)]
        for other in guests:
            own = [line for line in heard if line.startswith(f"said {other.name} ")]
            wanted = [] if other is guest else [f"said {other.name} {turn} größer" for turn in range(3)]
            if own != wanted:
                sys.exit(f"{guest.name} heard {own} of {other.name}")
    check("serve: 30 asyncio guests, everyone hears every other, in order", True)

    ada, bob, eve = guests[:3]
    ada.say("/room attic")
    check("serve: another room", await ada.news() == "welcome guest-0 attic")
    bob.say("/tell GUEST-0 psst")
    check("serve: a whisper through the wall", await ada.news() == "told guest-1 psst")
    bob.say("/who")
    here = (await bob.news()).split()
    check("serve: who is here", here[0] == "here" and sorted(here[1:]) == sorted(g.name for g in guests[1:]), here)
    eve.say("\x1b[2J\x1b[Hguest-0: I quit\r")
    said = await bob.news()
    check("serve: nothing that a terminal obeys", said.isprintable() and said.endswith("guest-0: I quit"), said)

    # One goodbye, one reset.
    guests[3].writer.close()
    guests[4].writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    guests[4].writer.close()
    while not {"guest-3", "guest-4"} <= set(bob.left):
        line = await bob.line()
        if not line.startswith("left "):
            sys.exit(f"serve: expected news of two who left, got {line!r}")
        bob.left.append(line.removeprefix("left "))
    check("serve: leaving is told, also by reset", True)


async def slow(address):
    ada, bob, eve = [await Guest().join(address, name) for name in ("ada", "bob", "eve")]
    eve.reader._transport.pause_reading()
    said = 0
    while "eve" not in bob.left and said < 40_000:
        for n in range(said, said + 16):
            ada.say(f"{n} {'x' * 1000}")
        for n in range(said, said + 16):
            if not (await bob.news()).startswith(f"said ada {n} "):
                sys.exit(f"serve: bob missed line {n}")
        said += 16
        if eve.writer.is_closing():
            sys.exit("serve: eve's connection ended by itself")
    check("serve: who reads nothing is let go, who reads misses nothing", "eve" in bob.left, said)


def stop():
    with serving("--drain-ms", "10000") as (program, address):
        with socket.create_connection(address, PATIENCE) as near:
            file = near.makefile("rw", encoding="utf-8", newline="\n")
            print("ada", file=file, flush=True)
            check("stop: a guest is in", file.readline() == "welcome ada hall\n")
            program.send_signal(signal.SIGTERM)
            check("stop: the guest is told, then the end", file.read() == "bye\n")
        try:
            check("stop: exit status 0", program.wait(PATIENCE) == 0, program.returncode)
        except subprocess.TimeoutExpired:
            sys.exit("stop: the program still runs")


def join():
    """The reader's client talks to a server of ten lines."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(PATIENCE)
        host, port = door.getsockname()
        with started("join", f"{host}:{port}", "ada") as program:
            conn, _ = door.accept()
            conn.settimeout(PATIENCE)
            lines = conn.makefile("rb")
            check("join: the name comes first", lines.readline() == b"ada\n")
            for word in ("one", "zwei, größer", "three"):
                conn.sendall(f"said bob {word}\n".encode())
                shown = program.stdout.readline().decode()
                check(f"join: shows {word!r} while nothing is typed", shown == f"said bob {word}\n", shown)
            program.stdin.write("good morning, größer\n".encode())
            program.stdin.flush()
            check("join: sends what is typed", lines.readline() == "good morning, größer\n".encode())
            program.stdin.close()
            check("join: then says \"no more from me\"", lines.readline() == b"")
            conn.sendall(b"bye\n")
            lines.close()
            conn.close()
            check("join: shows what still comes", program.stdout.read() == b"bye\n")
            check("join: exit status 0", program.wait(PATIENCE) == 0, program.returncode)


def main():
    with serving() as (_, address):
        asyncio.run(asyncio.wait_for(hall(address), PATIENCE))
    with serving("--burst", "1000000") as (_, address):
        asyncio.run(asyncio.wait_for(slow(address), PATIENCE))
    stop()
    join()


main()
