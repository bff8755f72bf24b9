# RFC 959 section 3.1.1.1: in the type ASCII the end of a line is CR LF on the wire. This is how ftplib sends it.
import ftplib, io

class Wire:
    sent = b""
    def sendall(self, data): self.sent += data
    def __enter__(self): return self
    def __exit__(self, *_): pass

wire = Wire()
client = ftplib.FTP()
client.voidcmd = lambda line: None
client.transfercmd = lambda command, rest=None: wire
client.voidresp = lambda: None
client.storlines("STOR letter", io.BytesIO(bytes.fromhex("61 0a 62 0a 63 0a")))
print(len(wire.sent))
