# http.client reads one chunk that begins with these bytes.
import http.client, io

class Tape:
    def makefile(self, mode):
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        return io.BytesIO(head + bytes.fromhex("31 30 0d 0a") + bytes(100))

answer = http.client.HTTPResponse(Tape())
answer.begin()
print(len(answer.read1(1000)))
