from email.header import decode_header, make_header
print(make_header(decode_header("=?utf-8?q?Z=C3=BCrich_um_vier?=")))
