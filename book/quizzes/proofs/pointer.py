# RFC 1035 section 4.1.4: two bits 11, fourteen of offset.
pointer = int.from_bytes(bytes.fromhex("c1 2f"), "big")
assert pointer >> 14 == 0b11
print(f"At byte {pointer & 0x3fff} of the message.")
