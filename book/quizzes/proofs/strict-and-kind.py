import re
data = b"tea?\n.\nMAIL FROM:<boss@post.example>\r\n.\r\n"
strict = len(re.findall(rb"\r\n\.\r\n", data))
kind = len(re.findall(rb"\r\n\.\r\n|\n\.\n", data))
print(f"The strict one {strict}, the kind one {kind}.")
