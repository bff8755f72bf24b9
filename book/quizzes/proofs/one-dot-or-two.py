# Which letter goes over the wire as a line with two dots? smtplib stuffs them.
import smtplib
lines = {b".": "A line with one dot.", b"..": "A line with two dots.", b"": "An empty line."}
for line, words in lines.items():
    if smtplib._quote_periods(b"a\r\n" + line + b"\r\n") == b"a\r\n..\r\n":
        print(words)
