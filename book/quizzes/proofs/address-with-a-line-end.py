# What a server that reads lines gets.
import re, socket
near, far = socket.socketpair()
address = "bob@post.example>\r\nRCPT TO:<eve@post.example"
near.sendall(("RCPT TO:<" + address + ">\r\n").encode())
near.close()
lines = far.makefile(newline="\r\n").read().split("\r\n")[:-1]
names = [re.fullmatch(r"RCPT TO:<(\w+)@[\w.]+>", line)[1].capitalize() for line in lines]
count = {1: "One", 2: "Two"}[len(lines)]
print(f"{count}: for {', then for '.join(names)}.")
