#!/usr/bin/env python3
"""The datagrams program against Python's own `socket`: as client of `serve`, `shop` and `hear`, as server for `ping`.

PROGRAM_DATAGRAMS is the program. Exit status 0: they understand each other.
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
from fractions import Fraction

PATIENCE = 10  # seconds, for each wait
PROGRAM = os.environ["PROGRAM_DATAGRAMS"]


def check(what, good, got=""):
    if not good:
        sys.exit(f"{what}: {got!r:.300}" if got != "" else what)
    print(f"ok    {what}")


def box(address="127.0.0.1"):
    """A bound datagram socket."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    made = socket.socket(family, socket.SOCK_DGRAM)
    made.settimeout(PATIENCE)
    made.bind((address, 0))
    return made


@contextmanager
def started(*arguments):
    """The program as a server: yields its address and its stdout, ends it afterwards."""
    program = subprocess.Popen([PROGRAM, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    # A read of a pipe has no deadline of its own: ending the program ends the read.
    alarm = threading.Timer(PATIENCE, program.kill)
    alarm.start()
    try:
        line = program.stdout.readline().decode()
        if not line.startswith("listening on "):
            sys.exit(f"expected the line 'listening on ADDRESS', got {line!r}")
        host, _, port = line.removeprefix("listening on ").strip().rpartition(":")
        yield (host.strip("[]"), int(port)), program.stdout
    finally:
        alarm.cancel()
        program.kill()
        program.wait()


def run(*arguments, feed=""):
    done = subprocess.run(
        [PROGRAM, *arguments], input=feed, capture_output=True, text=True, timeout=PATIENCE
    )
    return [json.loads(line) for line in done.stdout.splitlines()], done.returncode


def serve():
    with started("serve", "--listen", "127.0.0.1:0") as (address, _):
        boxes = [box() for _ in range(20)]
        for number, near in enumerate(boxes):
            near.sendto(b"letter %d" % number, address)
        back = [near.recvfrom(100) for near in boxes]
        check("serve: 20 boxes, each its own letter", back == [(b"letter %d" % n, address) for n in range(20)], back)
        near = boxes[0]
        near.connect(address)
        for length in (0, 1, 1472, 1473, 65507):
            letter = os.urandom(length)
            near.send(letter)
            check(f"serve: {length} bytes", near.recv(65536) == letter)
    if socket.has_ipv6:
        with started("serve", "--listen", "[::1]:0") as (address, _):
            near = box("::1")
            near.sendto(b"six", address)
            check("serve: over IPv6", near.recv(100) == b"six")


def hear():
    """What the kernel tells Python by MSG_TRUNC, the program has to find out by itself."""
    with started("hear", "--listen", "127.0.0.1:0", "--max", "100") as (address, stdout):
        ours, near = box(), box()
        for length in (0, 99, 100, 101, 5000):
            letter = b"x" * length
            near.sendto(letter, address)
            near.sendto(letter, ours.getsockname())
            data, _, flags, _ = ours.recvmsg(100)
            said = json.loads(stdout.readline())
            same = (said["length"], said["cut"]) == (len(data), bool(flags & socket.MSG_TRUNC))
            check(f"hear: {length} bytes into 100, as recvmsg tells it", same, said)


def ping():
    far = box()

    def road(answers):
        """Answers probe N with the probes that `answers` names for it."""
        probes = []
        for numbers in answers:
            probe, near = far.recvfrom(2048)
            probes.append(probe)
            for number in numbers:
                far.sendto(probes[number - 1], near)

    answers = [[1], [], [3, 3], [], [5, 4], [6]]
    thread = threading.Thread(target=road, args=(answers,), daemon=True)
    thread.start()
    said, status = run("ping", "127.0.0.1:%d" % far.getsockname()[1], "--count", "6", "--wait-ms", "300")
    thread.join(PATIENCE)
    came = [(line["number"], line["is"]) for line in said[:-1]]
    wanted = [(1, "new"), (3, "new"), (3, "again"), (5, "new"), (4, "late"), (6, "new")]
    check("ping: what came, and what it means", came == wanted, said)
    check("ping: the sums", said[-1] == {"sent": 6, "came": 5, "lost": 1, "doubled": 1, "late": 1}, said[-1])
    check("ping: exit status 0", status == 0, status)

    with started("serve", "--listen", "127.0.0.1:0") as (address, _):
        said, status = run("ping", "127.0.0.1:%d" % address[1], "--count", "50", "--wait-ms", "300")
        check("ping: 50 of 50 from the program's own serve", said[-1]["came"] == 50 and status == 0, said[-1])

    closed = box()
    nobody = closed.getsockname()[1]
    closed.close()
    said, status = run("ping", f"127.0.0.1:{nobody}", "--count", "2", "--wait-ms", "50")
    check("ping: nobody is there", said[-1]["lost"] == 2 and status == 1, said)


def shop():
    def order(number, length, cookie=bytes(8)):
        return struct.pack(">BIH8s", 1, number, length, cookie)

    with started("shop", "--listen", "127.0.0.1:0") as (address, _):
        near, eve = box(), box()
        near.sendto(order(1, 1000), address)
        kind, number, cookie = struct.unpack(">BI8s", near.recv(2048))
        check("shop: a challenge", (kind, number) == (3, 1))
        near.sendto(order(2, 1000, cookie), address)
        check("shop: the goods", near.recv(2048) == struct.pack(">BI", 2, 2) + b"g" * 1000)
        eve.sendto(order(3, 1000, cookie), address)
        check("shop: a cookie is for one address", len(eve.recv(2048)) == 13)


def rto():
    chance = random.Random(6298)
    trips = [chance.randrange(1, 900) for _ in range(50)]
    said, _ = run("rto", "--min-ms", "0", feed="".join(f"{trip}\n" for trip in trips))
    srtt = rttvar = None
    for trip, line in zip(trips, said, strict=True):
        if srtt is None:
            srtt, rttvar = Fraction(trip), Fraction(trip, 2)
        else:
            rttvar = Fraction(3, 4) * rttvar + Fraction(1, 4) * abs(srtt - trip)
            srtt = Fraction(7, 8) * srtt + Fraction(1, 8) * trip
        wanted = (srtt, rttvar, srtt + max(1, 4 * rttvar))
        got = (line["srtt_ms"], line["rttvar_ms"], line["rto_ms"])
        if any(abs(one - other) > 0.002 for one, other in zip(wanted, got)):
            sys.exit(f"rto: after {trip}: {got}, not {[float(value) for value in wanted]}")
    check("rto: 50 round trips as in exact fractions", True)


serve()
hear()
ping()
shop()
rto()
