import io
audit = io.StringIO()
name = "eve\n12:00 admin read ada/17"
print("11:59", name, "read", "eve/1", file=audit)
print(len(audit.getvalue().splitlines()))
