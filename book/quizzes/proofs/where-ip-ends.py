first = bytes.fromhex("46 00 00 3c")[0]
assert first >> 4 == 4
print(f"At byte {(first & 15) * 4}.")
