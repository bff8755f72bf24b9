# What a read of 0 means, told apart from the other things that it could mean.
import socket

def pair():
    door = socket.create_server(("127.0.0.1", 0))
    near = socket.create_connection(door.getsockname(), timeout=1)
    return near, door.accept()[0]

near, far = pair()
near.settimeout(0.2)
try:
    near.recv(1024)
    raise SystemExit("nothing had come, and it did not wait")
except TimeoutError:
    pass
far.sendall(b"")
try:
    near.recv(1024)
    raise SystemExit("an empty write was seen")
except TimeoutError:
    pass
near, far = pair()
far.sendall(b"all")
far.shutdown(socket.SHUT_WR)
if [near.recv(1024) for _ in range(3)] == [b"all", b"", b""]:
    print("The other side sends no more, and all it sent was read.")
