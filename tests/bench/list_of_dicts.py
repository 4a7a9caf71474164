"""An ordinary notebook cell: a million small dicts."""
x = [{'a': [i]} for i in range(10**6)]
print(len(x))
