# The C library's resolver, asked for a number; no name server is asked.
import socket
found = socket.getaddrinfo("3232235777", 80, socket.AF_INET, socket.SOCK_STREAM)
print(f"To {found[0][4][0]}.")
