# What the two columns of `ss -tln` count: the kernel is asked, with callers whom nobody takes.
import socket, struct, time
door = socket.create_server(("127.0.0.1", 0), backlog=128)
callers = [socket.create_connection(door.getsockname()) for _ in range(129)]
for caller in callers:
    caller.sendall(b"hello")

def queue():
    # tcp_info of a listening socket: tcpi_unacked and tcpi_sacked are the two that ss shows
    info = door.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
    return struct.unpack_from("II", info, 24)

end = time.monotonic() + 2
while (before := queue()) != (129, 128) and time.monotonic() < end:
    time.sleep(0.01)
far = [door.accept()[0] for _ in callers]
if before == (129, 128) and queue() == (0, 128):
    print("The program does not call accept.")
