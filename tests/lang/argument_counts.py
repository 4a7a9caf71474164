# The words for a wrong number of arguments of slots and methods of built-in types.
def show(f, *args, **kw):
    try:
        print(f(*args, **kw))
    except Exception as error:
        print(type(error).__name__, repr(str(error)))


class C:
    pass


for f in ((2).__pow__, (2).__rpow__, [].__setitem__, {}.__setitem__, [].__mul__, "a".__mul__, (2).__mul__, "".__rmul__, [].__imul__, C().__setattr__, show.__get__, property().__set__, [].__delitem__, (1).__lt__,
          [].__contains__, "".__add__, (1).__neg__, iter([]).__next__, C().__delattr__, C().__getattribute__, (1).__hash__, (1).__repr__, "a".join, "a".replace, "a".split, [].index,
          {}.get, {}.pop, {}.setdefault, {}.update, set().add, [].pop, [].insert, [].sort, (1).to_bytes, "a".encode, "a".expandtabs, "".__format__, memoryview(b"").tobytes):
    show(f)
    show(f, 1, 2, 3, 4)
    show(f, x=1)
for f in ("a".find, b"a".count, bytearray(b"a").startswith, "a".rindex):
    show(f)
    show(f, 1, 2, 3, 4)
show("".__format__, None)
show(compile, "1", "a", None)
show(format, 1, None)
show(type, None, (), {})
show("a".maketrans, "a", None)
