import socket
far = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
far.bind(("127.0.0.1", 0))
far.settimeout(2)
near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for letter in (b"tea", b"at four"):
    near.sendto(letter, far.getsockname())
print(" and ".join(far.recv(size).decode() for size in (1, 100)))
