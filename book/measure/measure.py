"""The table of chapter V: each task in Python and in Rust, by turns, five times.

    cargo build --release --manifest-path book/measure/Cargo.toml --target-dir target/measure
    pip install aiohttp beautifulsoup4 dnspython lxml scapy
    python3 book/measure/measure.py target/measure/release/measure

It needs openssl for a certificate, and takes about four minutes.
"""

import asyncio, http.server, multiprocessing, os, ssl, subprocess, sys, tempfile, time
from statistics import median

RUST, TIME, ROUNDS = os.path.abspath(sys.argv[1]), 2, 5
os.chdir(tempfile.mkdtemp())


def loop(once):
    start, count = time.perf_counter(), 0
    while time.perf_counter() - start < TIME:
        once()
        count += 1
    return count / (time.perf_counter() - start)


def rust(*args):
    return float(subprocess.run([RUST, *args], check=True, capture_output=True, text=True).stdout)


# Servers: one load program, in Rust, for both.


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


def asyncio_echo(say):
    async def main():
        loop = asyncio.get_running_loop()
        door = await loop.create_server(Echo, "127.0.0.1", 0)
        say.send(door.sockets[0].getsockname())
        await door.serve_forever()

    asyncio.run(main())


def aiohttp_server(say):
    from aiohttp import web

    async def main():
        async def hello(request):
            return web.Response(text="hello")

        app = web.Application()
        app.router.add_get("/", hello)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        say.send(runner.addresses[0])
        await asyncio.Event().wait()

    asyncio.run(main())


class Hello(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *args):
        pass


def http_server(say):
    door = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hello)
    door.handle_error = lambda *args: None  # the load hangs up in the middle
    say.send(door.server_address)
    door.serve_forever()


def python_served(server, load):
    hear, say = multiprocessing.Pipe()
    process = multiprocessing.Process(target=server, args=(say,))
    process.start()
    host, port = hear.recv()[:2]
    try:
        return rust(load, f"{host}:{port}")
    finally:
        process.kill()
        process.join()


def rust_served(server, load):
    process = subprocess.Popen([RUST, server], stdout=subprocess.PIPE, text=True)
    try:
        return rust(load, process.stdout.readline().strip())
    finally:
        process.kill()
        process.wait()


# Handshakes: both ends in one thread, without a network.

subprocess.run(
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -days 2"
    " -subj /CN=post.example -addext subjectAltName=DNS:post.example -addext basicConstraints=critical,CA:FALSE",
    shell=True, check=True, stderr=subprocess.DEVNULL,
)


def openssl():
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain("cert.pem", "key.pem")
    server.num_tickets = 0
    client = ssl.create_default_context(cafile="cert.pem")

    def once():
        there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
        near = client.wrap_bio(back, there, server_hostname="post.example")
        far = server.wrap_bio(there, back, server_side=True)
        todo = [near, far]
        while todo:
            for end in list(todo):
                try:
                    end.do_handshake()
                    todo.remove(end)
                except ssl.SSLWantReadError:
                    pass

    return loop(once)


# A page of 74 kB, a DNS answer, a packet: made here, and parsed by both.

ROW = '<div class="row"><p>Letter {0} of <b>Ada</b>, with a <a href="/letters/{0}?from=ada&amp;page=1">link</a> in it.</p></div>\n'
PAGE = "<!DOCTYPE html><html><head><title>Letters</title></head><body>\n" + "".join(map(ROW.format, range(608))) + "</body></html>\n"
with open("page.html", "w") as file:
    file.write(PAGE)


def lxml():
    import lxml.html

    return loop(lambda: [a.get("href") for a in lxml.html.fromstring(PAGE).iterfind(".//a[@href]")])


def soup():
    import bs4

    return loop(lambda: [a["href"] for a in bs4.BeautifulSoup(PAGE, "html.parser").find_all("a", href=True)])


def dns():
    import dns.message, dns.rrset

    answer = dns.message.make_response(dns.message.make_query("post.example", "MX"))
    answer.answer.append(dns.rrset.from_text("post.example.", 300, "IN", "MX", "10 a.post.example.", "20 b.post.example."))
    for name in "ab":
        answer.additional.append(dns.rrset.from_text(f"{name}.post.example.", 300, "IN", "A", "192.0.2.1", "192.0.2.2"))
    answer.additional.append(dns.rrset.from_text("a.post.example.", 300, "IN", "AAAA", "2001:db8::1", "2001:db8::2"))
    message = answer.to_wire()
    with open("dns", "wb") as file:
        file.write(message)
    return loop(lambda: dns.message.from_wire(message))


def scapy():
    from scapy.all import IP, TCP, Ether, Raw

    options = [("MSS", 1460), ("NOP", None), ("WScale", 7)]
    packet = bytes(Ether() / IP(dst="192.0.2.1") / TCP(dport=7000, options=options) / Raw(bytes(431)))
    with open("packet", "wb") as file:
        file.write(packet)
    return loop(lambda: Ether(packet))


TASKS = {
    "echo: asyncio, tokio": (lambda: python_served(asyncio_echo, "echo-load"), lambda: rust_served("echo-server", "echo-load")),
    "TLS handshakes: ssl, rustls": (openssl, lambda: rust("tls", "cert.pem", "key.pem")),
    "links: lxml, scraper": (lxml, lambda: rust("scraper", "page.html")),
    "links: BeautifulSoup, scraper": (soup, lambda: rust("scraper", "page.html")),
    "links: lxml, lol_html": (lxml, lambda: rust("lol_html", "page.html")),
    "HTTP: aiohttp, hyper": (lambda: python_served(aiohttp_server, "http-load"), lambda: rust_served("http-server", "http-load")),
    "HTTP: http.server, hyper": (lambda: python_served(http_server, "http-load"), lambda: rust_served("http-server", "http-load")),
    "DNS: dnspython, hickory-proto": (dns, lambda: rust("dns", "dns")),
    "packet: scapy, etherparse": (scapy, lambda: rust("packet", "packet")),
}

if __name__ == "__main__":
    print(f"{'a second':32}{'Python':>20}{'Rust':>24}{'Rust is':>28}")
    for task, (python, compiled) in TASKS.items():
        rounds = [(python(), compiled()) for _ in range(ROUNDS)]
        ours, theirs = zip(*rounds)
        ratios = [b / a for a, b in rounds]
        spread = lambda figures, form: f"{min(figures):{form}} to {max(figures):{form}}"
        ratio = f"{median(theirs) / median(ours):.2f} ({spread(ratios, '.2f')})"
        print(f"{task:32}{spread(ours, ',.0f'):>20}{spread(theirs, ',.0f'):>24}{ratio:>28}", flush=True)
    sizes = [f"{name} {os.path.getsize(name)}" for name in ("page.html", "dns", "packet")]
    print("bytes:", ", ".join(sizes))
