import struct
order = {b"\xd4\xc3\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">"}[bytes.fromhex("d4 c3 b2 a1")]
(length,) = struct.unpack(order + "I", bytes.fromhex("4a 00 00 00"))
print(length, "bytes")
