#!/usr/bin/env python3
"""The echo program against socat: as client of `serve`, as server for `send`, and on both sides of `relay`.

PROGRAM_ECHO is the program. Exit status 0: they understand each other; 77: there is no socat here.
"""

import os
import re
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager

PATIENCE = 15  # seconds, for each wait
PROGRAM = os.environ["PROGRAM_ECHO"]
LETTER = os.urandom(32 << 20)  # more than what the system keeps on the way
# -t: how long socat still listens after its own input has ended. Its default, 0.5 s, cuts a slow answer.
# -b: with PIPE it writes into a pipe that only it reads. Of its usual 8,192 bytes the pipe may have room for half, and then
# it sleeps in `write` for ever. Where poll says that a pipe has room, 4,096 (PIPE_BUF) fit.
SOCAT = ["socat", "-t", str(PATIENCE), "-b", "4096"]


def check(what, good, got=""):
    if not good:
        sys.exit(f"{what}: {got!r:.200}" if got else what)
    print(f"ok    {what}")


@contextmanager
def started(command, says, stream):
    """A server: waits until it says its port on `stream`, yields the port, ends the server afterwards."""
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, **{stream: subprocess.PIPE})
    # A read of a pipe has no deadline of its own: ending the server ends the read.
    alarm = threading.Timer(PATIENCE, server.kill)
    alarm.start()
    try:
        lines = iter(getattr(server, stream).readline, b"")
        port = next((found[1] for line in lines if (found := re.search(says, line))), None)
        alarm.cancel()
        if port is None:
            sys.exit(f"{command[0]} did not say where it listens")
        yield int(port)
    finally:
        alarm.cancel()
        server.kill()
        server.wait()


def ours(*arguments):
    return started([PROGRAM, *arguments], rb"^listening on .*:(\d+)$", "stdout")


def socat_echo():
    """socat as an echo server for one client; with -d -d it says its port on stderr."""
    listen = "TCP4-LISTEN:0,bind=127.0.0.1"
    return started([*SOCAT, "-d", "-d", listen, "PIPE"], rb"listening on .*:(\d+)$", "stderr")


def back_from(command):
    """What comes back when the letter goes into the command."""
    done = subprocess.run(command, input=LETTER, stdout=subprocess.PIPE, timeout=PATIENCE)
    check(f"  exit status of {os.path.basename(command[0])} is 0", done.returncode == 0, done.returncode)
    return done.stdout


def client(port):
    return [*SOCAT, "-", f"TCP4:127.0.0.1:{port}"]


def main():
    if shutil.which("socat") is None:
        print("socat is not installed (Debian and Ubuntu: apt-get install socat)")
        sys.exit(77)

    with ours("serve", "--listen", "127.0.0.1:0") as port:
        check("serve: socat gets 32 MiB back", back_from(client(port)) == LETTER)

    with socat_echo() as port:
        back = back_from([PROGRAM, "send", f"127.0.0.1:{port}"])
        check("send: 32 MiB come back from socat", back == LETTER, len(back))

    with socat_echo() as far, ours("relay", "--listen", "127.0.0.1:0", "--to", f"127.0.0.1:{far}") as port:
        check("relay: socat on both sides, 32 MiB there and back", back_from(client(port)) == LETTER)


main()
