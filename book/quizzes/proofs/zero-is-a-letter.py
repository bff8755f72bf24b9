# Each of the four, tried: which of them makes recv return 0 bytes?
import socket

def box():
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind(("127.0.0.1", 0))
    made.settimeout(0.3)
    return made

def tried(act):
    near, far = box(), box()
    near.connect(far.getsockname())
    far.connect(near.getsockname())
    act(near)
    try:
        return far.recv(10) == b""
    except OSError:
        return False

causes = {
    "An empty letter came.": lambda near: near.send(b""),
    "The other side has closed its socket.": lambda near: near.close(),
    "Nothing has come within the time-out.": lambda near: None,
    "A letter came that was larger than the buffer.": lambda near: near.send(bytes(20)),
}
print(*(words for words, act in causes.items() if tried(act)))
