# After a connection has ended, can the server's port be bound anew without SO_REUSEADDR?
import errno, socket, time

def refused(server_first):
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    door.listen()
    address = door.getsockname()
    near = socket.create_connection(address)
    far, who = door.accept()
    first, last = (far, near) if server_first else (near, far)
    first.close()
    last.recv(1)
    last.close()
    door.close()
    end = time.monotonic() + 2
    while True:
        try:
            socket.socket().bind(address)
            return False
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
        if time.monotonic() > end:
            return True
        time.sleep(0.05)

if refused(server_first=True) and not refused(server_first=False):
    print("When the server closed first.")
