import base64
lines = base64.encodebytes(bytes(3000)).splitlines()
assert max(map(len, lines)) == 76 and len(lines) == 53
print(f"{sum(len(line) + 2 for line in lines):,}")
