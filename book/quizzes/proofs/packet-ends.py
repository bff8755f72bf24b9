# A STAT for letter.txt, built by the draft: length, type, number of the request, name.
import struct
body = struct.pack(">BII", 17, 1, 10) + b"letter.txt"
packet = struct.pack(">I", len(body)) + body
assert packet.hex(" ").startswith("00 00 00 13 11 00 00 00 01 00 00 00 0a 6c 65 74")
print(len(packet))
