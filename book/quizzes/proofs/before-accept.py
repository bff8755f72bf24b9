# A door that nobody looks after.
import socket, time
door = socket.create_server(("127.0.0.1", 0))
begin = time.monotonic()
near = socket.create_connection(door.getsockname(), timeout=5)
near.sendall(b"hello")
if time.monotonic() - begin < 1:
    print("Both calls succeed within a moment.")
