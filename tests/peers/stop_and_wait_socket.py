#!/usr/bin/env python3
"""The stop-and-wait program against Python's own `socket`, `struct` and `zlib`: each side plays both roles, and this
side loses, doubles and damages on purpose.

PROGRAM_STOP_AND_WAIT is the program. Exit status 0: they understand each other.
"""

import os
import random
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import zlib
from contextlib import contextmanager

PATIENCE = 10  # seconds, for each wait
PROGRAM = os.environ["PROGRAM_STOP_AND_WAIT"]
HEADER = struct.Struct(">IHBB")  # what follows the checksum
DATA, ACKNOWLEDGEMENT = 1, 2
FIRST, LAST = 1, 2
CHUNK = 700
LOSS = 0.2  # each way


def check(what, good, got=""):
    if not good:
        sys.exit(f"{what}: {got!r:.200}" if got != "" else what)
    print(f"ok    {what}")


def pack(connection, sequence, kind, flags=0, payload=b""):
    covered = HEADER.pack(connection, sequence, kind, flags) + payload
    return struct.pack(">I", zlib.crc32(covered)) + covered


def unpack(datagram):
    (checksum,) = struct.unpack_from(">I", datagram)
    if checksum != zlib.crc32(datagram[4:]):
        sys.exit(f"a wrong checksum: {datagram.hex(' ')}")
    return *HEADER.unpack_from(datagram, 4), datagram[12:]


@contextmanager
def started(*arguments):
    """The program; it is ended when it takes too long, which ends every wait for it."""
    program = subprocess.Popen([PROGRAM, *arguments], stdout=subprocess.PIPE)
    alarm = threading.Timer(PATIENCE, program.kill)
    alarm.start()
    try:
        yield program
    finally:
        alarm.cancel()
        program.kill()
        program.wait()


def box():
    new = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    new.bind(("127.0.0.1", 0))
    new.settimeout(PATIENCE)
    return new


def receive(name, letter):
    """Takes a file from the program, and does to datagrams what a network does."""
    with box() as here, tempfile.NamedTemporaryFile() as file:
        file.write(letter)
        file.flush()
        host, port = here.getsockname()
        sending = ["send", file.name, f"{host}:{port}", "--timeout-ms", "20", "--chunk", str(CHUNK)]
        with started(*sending) as program:
            come, expected, connection, ended = b"", None, None, False
            while True:
                here.settimeout(PATIENCE if not ended else 1)
                try:
                    datagram, sender = here.recvfrom(2048)
                except TimeoutError:
                    break
                owner, sequence, kind, flags, payload = unpack(datagram)
                check_quietly("data is sent", kind == DATA, kind)
                if random.random() < LOSS:
                    continue  # lost on the way there
                if expected is None and flags & FIRST:
                    connection, expected = owner, sequence
                check_quietly("one connection", owner == connection, owner)
                if sequence == expected:
                    come += payload
                    expected = (expected + 1) % 65536
                    ended = bool(flags & LAST)
                answer = pack(connection, sequence, ACKNOWLEDGEMENT)
                if random.random() < 0.1:
                    here.sendto(answer[:-1] + b"!", sender)  # damaged on the way back
                elif random.random() > LOSS:
                    here.sendto(answer, sender)
                    here.sendto(answer, sender)
            check(f"send: {name} came whole", come == letter, (len(come), len(letter)))
            check("send: exit status 0", program.wait(PATIENCE) == 0, program.returncode)


def send(name, letter):
    """Gives a file to the program, and does to datagrams what a network does."""
    listening = ["receive", "--listen", "127.0.0.1:0", "--patience-ms", "400"]
    with box() as here, started(*listening) as program:
        line = program.stdout.readline().decode()
        host, _, port = line.strip().removeprefix("listening on ").rpartition(":")
        there = host, int(port)
        connection, first = random.getrandbits(32), 65530
        chunks = [letter[at : at + CHUNK] for at in range(0, len(letter), CHUNK)] or [b""]
        here.settimeout(0.02)
        before = b""
        for n, chunk in enumerate(chunks):
            sequence = (first + n) % 65536
            flags = (FIRST if n == 0 else 0) | (LAST if n == len(chunks) - 1 else 0)
            packet = pack(connection, sequence, DATA, flags, chunk)
            deliver(here, there, packet, before, pack(connection, sequence, ACKNOWLEDGEMENT))
            before = packet
        check(f"receive: {name}, each packet acknowledged", True)
        come = program.stdout.read()
        check(f"receive: {name} came whole", come == letter, (len(come), len(letter)))
        check("receive: exit status 0", program.wait(PATIENCE) == 0, program.returncode)


def deliver(here, there, packet, before, wanted):
    """Sends a packet until its acknowledgement is here."""
    for _ in range(200):
        fate = random.random()
        if fate < 0.1:
            here.sendto(packet[:-1] + bytes([packet[-1] ^ 1]), there)
        elif fate > 0.1 + LOSS:
            here.sendto(packet, there)
        if before and random.random() < 0.2:
            here.sendto(before, there)  # one that comes late
        try:
            while True:
                if here.recv(2048) == wanted and random.random() > LOSS:
                    return
        except TimeoutError:
            pass
    sys.exit("a packet was sent 200 times and not acknowledged")


def check_quietly(what, good, got):
    if not good:
        sys.exit(f"{what}: {got!r:.200}")


for name, size in [("an empty file", 0), ("one byte", 1), ("30 packets", 30 * CHUNK)]:
    letter = os.urandom(size)
    receive(name, letter)
    send(name, letter)
