pieces = [b"\xe2\x82", b"\xac"]
assert b"".join(pieces).decode() == "\u20ac"
text = "".join(piece.decode(errors="replace") for piece in pieces)
count = {1: "One", 2: "Two", 3: "Three"}[text.count("\ufffd")]
assert len(text) == text.count("\ufffd")
print(f"{count} characters U+{ord(text[0]):04X}.")
