import socket
closed = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
closed.bind(("127.0.0.1", 0))
address = closed.getsockname()
closed.close()
near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
near.settimeout(1)
near.connect(address)
if near.getpeername() == address:
    print("It returns at once: the address has been written down.")
