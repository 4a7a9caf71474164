"""json: text out and in."""
import json

data = {"users": [{"id": i, "name": "user%d" % i, "tags": ["a", "b\n", "é%d" % (i % 7)], "score": i * 0.25, "active": i % 2 == 0, "extra": None} for i in range(4000)]}
total = 0
for _ in range(24):
    text = json.dumps(data)
    back = json.loads(text)
    total += len(text) + len(back["users"])
print(total, back == data, len(json.dumps(data, indent=1, sort_keys=True)))
