import json
body = '{"to": "Zoë"}'
assert len(body) == 13 and json.loads(body.encode()) == {"to": "Zoë"}
assert len(body.encode("utf-16-le")) == 26 and len(json.dumps(json.loads(body))) == 18
print(len(body.encode("utf-8")))
