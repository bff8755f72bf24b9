# http.client is given both fields.
import http.client, io

class Tape:
    def makefile(self, mode):
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
        return io.BytesIO(head + b"2\r\nHi\r\n0\r\n\r\n")

answer = http.client.HTTPResponse(Tape())
answer.begin()
print(answer.read().decode())
