import socket
door = socket.create_server(("127.0.0.1", 0))
near = socket.create_connection(door.getsockname(), timeout=0.3)
far, who = door.accept()
try:
    door.send(b"Dear Ada")
except OSError as error:
    name = type(error).__name__
try:
    print("the caller read", near.recv(100))
except TimeoutError:
    print(f"It raises {name}, and the caller reads nothing.")
