# Two connections to one door: which of their four numbers differ?
import socket
door = socket.create_server(("127.0.0.1", 0))
callers = [socket.create_connection(door.getsockname()) for _ in range(2)]
far = [door.accept()[0] for _ in callers]
names = [("address", "server"), ("port", "server"), ("address", "client"), ("port", "client")]
one, other = (conn.getsockname() + conn.getpeername() for conn in far)
for (what, whose), a, b in zip(names, one, other):
    if a != b:
        print(f"By the {what} on the {whose}'s side.")
