# Python's own reading of the reply.
import ftplib
host, port = ftplib.parse227("227 Entering passive mode (10,0,0,5,19,137).")
print(port)
