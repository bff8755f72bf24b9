#!/usr/bin/env python3
"""The hello program against a server written with Python's own `socket`, as the document does it.

PROGRAM_HELLO is the program. Exit status 0: they understand each other.
"""

import os
import socket
import subprocess
import sys
import threading

PATIENCE = 10  # seconds, for each wait
PROGRAM = os.environ["PROGRAM_HELLO"]


def serve(door, pieces, heard):
    """One client: hear its line, then send the pieces one by one, then close."""
    connection, _ = door.accept()
    connection.settimeout(PATIENCE)
    # Without this the system may glue the pieces together before they leave.
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with connection, connection.makefile("rb") as lines:
        heard.append(lines.readline())
        for piece in pieces:
            connection.sendall(piece)


def talk(name, pieces):
    """Runs the program against a server that sends these pieces; returns what each side got."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(PATIENCE)
        heard = []
        server = threading.Thread(target=serve, args=(door, pieces, heard), daemon=True)
        server.start()
        done = subprocess.run(
            [PROGRAM, f"127.0.0.1:{door.getsockname()[1]}", name], capture_output=True, timeout=PATIENCE
        )
        server.join(PATIENCE)
    return heard[0] if heard else None, done


def check(what, expected, got):
    if expected != got:
        sys.exit(f"{what}: expected {expected!r:.200}, got {got!r:.200}")
    print(f"ok    {what}")


def main():
    greeting, letters = b"Good morning, Ada.\r\n", os.urandom(100_000)

    heard, done = talk("Ada", [greeting + letters])
    check("the server hears the name and CRLF", b"Ada\r\n", heard)
    check("greeting and count, all at once", b"Good morning, Ada.\nletters: 100000 bytes\n", done.stdout)
    check("exit status", 0, done.returncode)

    _, done = talk("Ada", [greeting[i : i + 1] for i in range(len(greeting))] + [letters, b"x"])
    check("greeting and count, in pieces", b"Good morning, Ada.\nletters: 100001 bytes\n", done.stdout)

    _, done = talk("Ada", [b"lone \n and lone \r stay\r\n"])
    check("a lone CR or LF ends nothing", b"lone \n and lone \r stay\nletters: 0 bytes\n", done.stdout)

    _, done = talk("Ada", [b"Good morn"])
    check("an end before CRLF is an error", 1, done.returncode)


main()
