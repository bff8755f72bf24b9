# The bytes as a peer reads them.
import socket
near, far = socket.socketpair()
near.sendall(b"Zoe\r\n")
print(far.recv(100).hex(" "))
