#!/usr/bin/env python3
"""The frames program against Python's own `struct`, both ways: what one packs, the other unpacks, however it is cut.

PROGRAM_FRAMES is the program. Exit status 0: they understand each other.
"""

import json
import os
import random
import socket
import struct
import subprocess
import sys
import threading
from contextlib import contextmanager

PATIENCE = 10  # seconds, for each wait
PROGRAM = os.environ["PROGRAM_FRAMES"]
SIZES = [0, 1, 5, 255, 256, 257, 65535, 65536, 1 << 20]


def check(what, good, got=""):
    if not good:
        sys.exit(f"{what}: {got!r:.200}" if got else what)
    print(f"ok    {what}")


def pack(payload):
    return struct.pack(">I", len(payload)) + payload


def unpack(data):
    """All payloads of a whole stream of frames."""
    while data:
        (length,) = struct.unpack_from(">I", data)
        yield data[4 : 4 + length]
        data = data[4 + length :]


def run(*arguments, given=b""):
    done = subprocess.run([PROGRAM, *arguments], input=given, stdout=subprocess.PIPE, timeout=PATIENCE)
    return done.stdout, done.returncode


def pieces(data):
    while data:
        n = random.randint(1, 9)
        yield data[:n]
        data = data[n:]


def events(lines):
    return [json.loads(line) for line in lines.splitlines()]


def payload(event):
    """The program shows bytes as Python does within b''."""
    return event["payload"].encode().decode("unicode_escape").encode("latin-1")


@contextmanager
def started(*arguments):
    """The program with pipes; it is ended when it takes too long, which ends every read of its output."""
    program = subprocess.Popen([PROGRAM, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    alarm = threading.Timer(PATIENCE, program.kill)
    alarm.start()
    try:
        yield program
    finally:
        alarm.cancel()
        program.kill()
        program.wait()


def encode():
    stream = b""
    for size in SIZES:
        letter = os.urandom(size)
        frame, status = run("encode", given=letter)
        if (frame, status) != (pack(letter), 0):
            sys.exit(f"encode: {size} bytes: exit status {status}, {frame[:8].hex(' ')} ...")
        stream += frame
    check(f"encode: struct unpacks {len(SIZES)} frames", [len(it) for it in unpack(stream)] == SIZES)


def decode():
    letters = [os.urandom(random.randint(0, 300)) for _ in range(200)]
    told, status = run("decode", given=b"".join(map(pack, letters)))
    *frames, last = events(told)
    check("decode: all that struct has packed", [payload(it) for it in frames] == letters and status == 0)
    check("decode: then an end", last == {"end": True, "at": sum(4 + len(it) for it in letters)}, last)

    with started("decode") as program:
        for letter in letters[:20]:
            for piece in pieces(pack(letter)):
                program.stdin.write(piece)
            # Stdin is open: this line comes now or never.
            line = program.stdout.readline()
            if not line or payload(json.loads(line)) != letter:
                sys.exit(f"decode: a frame of {len(letter)} bytes was not told: {line!r:.200}")
    check("decode: each frame when it is whole, however it is cut", True)

    cut = pack(b"Dear") + pack(b"Ada")[:-1]
    told, status = run("decode", given=cut)
    check("decode: a cut is no end", events(told)[1:] == [{"error": "end_in_payload", "at": 8, "missing": 1}], told)
    check("decode: exit status 1", status == 1, status)
    with started("decode", "--max-frame", "100") as program:
        program.stdin.write(struct.pack(">I", 101))
        told = program.stdout.readline()
        check("decode: a length over the limit, at once", json.loads(told or "{}").get("error") == "length_over_limit", told)


def serve():
    with started("serve", "--listen", "127.0.0.1:0") as program:
        line = program.stdout.readline().decode()
        if not line.startswith("listening on 127.0.0.1:"):
            sys.exit(f"expected the line 'listening on 127.0.0.1:PORT', got {line!r}")
        address = "127.0.0.1", int(line.rpartition(":")[2])
        letters = [os.urandom(random.randint(0, 300)) for _ in range(20)]
        clients = [socket.create_connection(address, PATIENCE) for _ in range(5)]
        for client in clients:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for piece in pieces(b"".join(map(pack, letters))):
                client.sendall(piece)
        for client in reversed(clients):
            client.shutdown(socket.SHUT_WR)
            with client, client.makefile("rb") as lines:
                *frames, last = events(lines.read())
            if [payload(it) for it in frames] != letters or "end" not in last:
                sys.exit(f"serve: a client was told {len(frames)} frames, then {last}")
        check("serve: 5 clients at once, each is told its 20 frames", True)


encode()
decode()
serve()
