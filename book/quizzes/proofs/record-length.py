# TLS: one byte of type, two of version, two of length (RFC 8446 section 5.1).
import struct
kind, version, length = struct.unpack(">BHH", bytes.fromhex("16 03 01 02 00 01 00")[:5])
print(length, "bytes")
