#!/usr/bin/env python3
"""The echo program against Python's own `socket`: as client of `serve`, as server for `send`, around `relay`.

PROGRAM_ECHO is the program. Exit status 0: they understand each other.
"""

import os
import socket
import struct
import subprocess
import sys
import threading
from contextlib import contextmanager

PATIENCE = 10  # seconds, for each wait
PROGRAM = os.environ["PROGRAM_ECHO"]
LETTER = os.urandom(4 << 20)


def check(what, good, got=""):
    if not good:
        sys.exit(f"{what}: {got!r:.200}" if got else what)
    print(f"ok    {what}")


@contextmanager
def started(*arguments):
    """The program as a server: yields the address that it says, ends it afterwards."""
    program = subprocess.Popen([PROGRAM, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    # A read of a pipe has no deadline of its own: ending the program ends the read.
    alarm = threading.Timer(PATIENCE, program.kill)
    alarm.start()
    try:
        line = program.stdout.readline().decode()
        alarm.cancel()
        if not line.startswith("listening on 127.0.0.1:"):
            sys.exit(f"expected the line 'listening on 127.0.0.1:PORT', got {line!r}")
        yield "127.0.0.1", int(line.rpartition(":")[2])
    finally:
        alarm.cancel()
        program.kill()
        program.wait()


def in_background(work, *arguments):
    thread = threading.Thread(target=work, args=arguments, daemon=True)
    thread.start()
    return thread


def receive_all(connection):
    """Until the end, as the document does it: recv gives what has come, b"" is the end."""
    received = bytearray()
    while data := connection.recv(65536):
        received += data
    return bytes(received)


def say_all(connection, letter):
    connection.sendall(letter)
    connection.shutdown(socket.SHUT_WR)


def serve():
    with started("serve", "--listen", "127.0.0.1:0") as address:
        clients = [socket.create_connection(address, PATIENCE) for _ in range(20)]
        for number, client in reversed(list(enumerate(clients))):
            client.sendall(b"letter %02d" % number)
            if client.recv(100) != b"letter %02d" % number:
                sys.exit(f"serve: client {number} of 20 did not get its letter back")
        check("serve: 20 clients at once, the last one first", True)

        with clients[0] as client:
            talking = in_background(say_all, client, LETTER)
            check("serve: 4 MiB come back, then the end", receive_all(client) == LETTER)
            talking.join(PATIENCE)

        for client in clients[1:10]:  # Closing with SO_LINGER 0 sends a reset.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
        with clients[10] as client:
            client.sendall(b"still there?")
            check("serve: others are served after resets", client.recv(100) == b"still there?")

    with started("serve", "--listen", "127.0.0.1:0", "--max", "1") as address:
        with socket.create_connection(address, PATIENCE) as guest:
            guest.sendall(b"x")
            guest.recv(1)
            with socket.create_connection(address, PATIENCE) as surplus:
                check("serve: a guest too many is closed", surplus.recv(1) == b"")
            guest.sendall(b"y")
            check("serve: the first guest is not", guest.recv(1) == b"y")

    with started("serve", "--listen", "127.0.0.1:0", "--idle-ms", "200") as address:
        with socket.create_connection(address, PATIENCE) as guest:
            check("serve: an idle guest is let go", guest.recv(1) == b"")


def send():
    def answer(door):
        connection, _ = door.accept()
        connection.settimeout(PATIENCE)
        with connection:
            # Echoes as it reads: who sends all before it reads anything gets stuck.
            while data := connection.recv(65536):
                connection.sendall(data)
            connection.sendall(b"and goodbye")

    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(PATIENCE)
        in_background(answer, door)
        letter = LETTER * 8
        done = subprocess.run(
            [PROGRAM, "send", f"127.0.0.1:{door.getsockname()[1]}"],
            input=letter,
            stdout=subprocess.PIPE,
            timeout=PATIENCE,
        )
        check("send: 32 MiB come back, and what is said after the end", done.stdout == letter + b"and goodbye")
        check("send: exit status 0", done.returncode == 0, done.returncode)


def relay():
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(PATIENCE)
        with started("relay", "--listen", "127.0.0.1:0", "--to", f"127.0.0.1:{door.getsockname()[1]}") as address:
            for first in ("near", "far"):
                near = socket.create_connection(address, PATIENCE)
                far, _ = door.accept()
                far.settimeout(PATIENCE)
                with near, far:
                    one, other = (near, far) if first == "near" else (far, near)
                    in_background(say_all, one, LETTER)
                    check(f"relay: the {first} side says 4 MiB and its end", receive_all(other) == LETTER)
                    in_background(say_all, other, LETTER)
                    check("relay: the other side still talks: 4 MiB and its end", receive_all(one) == LETTER)


serve()
send()
relay()
