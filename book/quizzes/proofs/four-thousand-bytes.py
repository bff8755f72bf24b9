# Cuts as RFC 791 section 3.2 does, loses the last, and puts together what is whole.
datagram = bytes(8 + 4000)
room = (1500 - 20) // 8 * 8
fragments = [
    (at, at + room < len(datagram), datagram[at : at + room])
    for at in range(0, len(datagram), room)
]


def put_together(came):
    at = 0
    for offset, more, piece in sorted(came):
        if offset != at:
            return None
        at += len(piece)
        if not more:
            return at
    return None


assert put_together(fragments) == 4008
got = put_together(fragments[:-1])
print(len(fragments), "packets, and", "nothing at all" if got is None else got)
