# What is thrown into a generator that handles an exception has that one as its context.
def handling():
    try:
        raise KeyError("a")
    except Exception:
        yield


def outer():
    try:
        raise KeyError("b")
    except Exception:
        yield from handling()


for make in (handling, outer):
    for what in (ValueError, ValueError("c")):
        generator = make()
        generator.send(None)
        try:
            generator.throw(what)
        except ValueError as error:
            print(repr(error), repr(error.__context__), repr(error.__context__.__context__))

import sys
for code in ((42,), (1, 2), 3, None, "text"):
    try:
        sys.exit(code)
    except SystemExit as error:
        print(error.code, error.args)
for record in (sys.flags, sys.version_info):
    try:
        type(record)()
    except TypeError as error:
        print(error)
