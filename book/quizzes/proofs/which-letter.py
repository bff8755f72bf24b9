import os, pathlib, tempfile
os.chdir(tempfile.mkdtemp())
names = {b"old " * 1000: "The old letter.", b"new " * 1000: "The new letter."}
old, new = names
pathlib.Path("letter.txt").write_bytes(old)
with open("letter.txt", "rb", buffering=0) as reader:
    read = reader.read(2000)
    pathlib.Path("letter.part").write_bytes(new)
    os.rename("letter.part", "letter.txt")
    read += reader.read()
assert pathlib.Path("letter.txt").read_bytes() == new
os.remove("letter.txt")
os.rmdir(os.getcwd())
print(names.get(read, "Half of each."))
