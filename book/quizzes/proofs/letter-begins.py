# Where the first empty line of the answer has ended.
answer = b"HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nDear Ada\n"
assert len(answer) == 47
print(answer.index(b"\r\n\r\n") + 4)
