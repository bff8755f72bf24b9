import quopri
print(quopri.decodestring(b"a=3Db=\r\nc").decode())
