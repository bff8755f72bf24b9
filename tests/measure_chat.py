#!/usr/bin/env python3
"""Measures the chat solution beside a plain asyncio server of the same protocol: python3 tests/measure_chat.py [ROUNDS]

200 guests in one room. Each round one of them says a line, and the other 199 are waited for; ROUNDS (default 500) for
each server, in turns of 100 so that both have the same weather. One delivery is the time from the send to the moment in
which this script has read the line: what the script itself needs for 199 sockets is in it, on both sides.
"""
import multiprocessing
import os
import random
import select
import socket
import statistics
import subprocess
import sys
import time

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 500
TURN = 100
GUESTS = 200
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LINE = "x" * 60


def asyncio_server(say):
    """Names, a room, joined, left, said; the same limits and the same policy as the solution's."""
    import asyncio

    limit, queue = 1024, 1024 * 64
    guests = {}

    def tell(names, line):
        for name in names:
            if name in guests:
                guests[name].write(line)
                if guests[name].transport.get_write_buffer_size() > queue:
                    guests[name].transport.abort()

    async def visit(reader, writer):
        name = None
        try:
            while line := await reader.readline():
                text = line.decode().rstrip("\r\n")
                text = "".join(c if c.isprintable() else "?" for c in text)
                if name is not None:
                    tell([other for other in guests if other != name], f"said {name} {text}\n".encode())
                elif text in guests or not 1 <= len(text) <= 16:
                    writer.write(b"sorry\n")
                else:
                    tell(list(guests), f"joined {text}\n".encode())
                    name = text
                    guests[name] = writer
                    writer.write(f"welcome {name} hall\n".encode())
        except (ValueError, ConnectionError):
            pass
        if guests.pop(name, None):
            tell(list(guests), f"left {name}\n".encode())
        writer.close()

    async def main():
        server = await asyncio.start_server(visit, "127.0.0.1", 0, limit=limit, backlog=GUESTS)
        say.send(server.sockets[0].getsockname())
        await server.serve_forever()

    asyncio.run(main())


class Server:
    """A server that runs, and its 200 guests, whose ends are all here."""

    def __init__(self, name, pid, address):
        self.name, self.pid, self.delays, self.last = name, pid, [], []
        self.poll = select.epoll()
        self.guests = []
        for n in range(GUESTS):
            guest = socket.create_connection(address, 10)
            guest.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            guest.sendall(f"g{n}\n".encode())
            welcome = b""
            while b"\n" not in welcome:
                welcome += guest.recv(4096)
            self.guests.append(guest)
        time.sleep(0.5)
        for guest in self.guests:
            guest.setblocking(False)
            self.drain(guest)
            self.poll.register(guest, select.EPOLLIN)
        self.by_number = {guest.fileno(): guest for guest in self.guests}
        self.began_with = self.cpu()

    @staticmethod
    def drain(guest):
        try:
            while guest.recv(65536):
                pass
        except BlockingIOError:
            pass

    def status(self, what):
        with open(f"/proc/{self.pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith(what + ":"))

    def cpu(self):
        with open(f"/proc/{self.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def round(self, number):
        speaker = random.randrange(GUESTS)
        wanted = f"said g{speaker} {number} {LINE}\n".encode()
        missing = {guest.fileno(): b"" for n, guest in enumerate(self.guests) if n != speaker}
        began = time.perf_counter()
        self.guests[speaker].sendall(f"{number} {LINE}\n".encode())
        while missing:
            for number_of_file, _ in self.poll.poll(10) or sys.exit(f"{self.name}: a line did not come"):
                missing[number_of_file] += self.by_number[number_of_file].recv(4096)
                if missing[number_of_file] == wanted:
                    self.delays.append(time.perf_counter() - began)
                    del missing[number_of_file]
        self.last.append(time.perf_counter() - began)


def main():
    subprocess.run(["cargo", "build", "--quiet", "--release", "-p", "solution-chat"], cwd=ROOT, check=True)
    target = os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target"))
    ours = subprocess.Popen(
        [os.path.join(target, "release", "solution-chat"), "serve", "--listen", "127.0.0.1:0", "--burst", "1000000"],
        stdout=subprocess.PIPE,
        text=True,
    )
    theirs = None
    try:
        host, _, port = ours.stdout.readline().removeprefix("listening on ").strip().rpartition(":")
        hears, says = multiprocessing.Pipe()
        theirs = multiprocessing.get_context("spawn").Process(target=asyncio_server, args=(says,))
        theirs.start()
        servers = [
            Server("chat solution", ours.pid, (host, int(port))),
            Server(f"asyncio {sys.version.split()[0]}", theirs.pid, hears.recv()),
        ]
        for turn in range(0, ROUNDS, TURN):
            for server in servers:
                for number in range(turn, min(turn + TURN, ROUNDS)):
                    server.round(number)
        print(f"{GUESTS} guests, {ROUNDS} lines, {ROUNDS * (GUESTS - 1):,} deliveries each; {os.cpu_count()} cores")
        print("| server | resident, 200 guests in | delivery p50 | p99 | last of 199, p99 | server's CPU a delivery |")
        print("| --- | --- | --- | --- | --- | --- |")
        for server in servers:
            delays = statistics.quantiles(server.delays, n=100)
            last = statistics.quantiles(server.last, n=100)
            cpu = (server.cpu() - server.began_with) / len(server.delays)
            print(
                f"| {server.name} | {server.status('VmRSS') / 1024:.1f} MiB | {delays[49] * 1e3:.2f} ms "
                f"| {delays[98] * 1e3:.2f} ms | {last[98] * 1e3:.2f} ms | {cpu * 1e6:.1f} us |"
            )
    finally:
        ours.kill()
        if theirs is not None:
            theirs.kill()


if __name__ == "__main__":
    main()
