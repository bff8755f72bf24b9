from email.message import EmailMessage
letter = EmailMessage()
try:
    letter["Subject"] = "tea\r\nBcc: everyone@post.example"
except Exception as error:
    if not letter.keys():
        print(f"A {type(error).__name__}, and no header.")
