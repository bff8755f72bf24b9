import struct
(length,) = struct.unpack(">I", b"ello")
print(f"{length:,}")
