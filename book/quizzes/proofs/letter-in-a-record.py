# TLS 1.3: letter, one byte of kind, 16 of tag (RFC 8446 section 5.2).
import struct
kind, version, length = struct.unpack(">BHH", bytes.fromhex("17 03 03 00 21"))
print(length - 1 - 16, "bytes")
