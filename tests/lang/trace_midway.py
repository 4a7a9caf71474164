# Tracing that begins while a frame runs (breakpoint(), pdb.set_trace()) sees the rest of that frame and of its callers.
import sys


def trace(frame, event, arg):
    print(event, frame.f_lineno - frame.f_code.co_firstlineno, frame.f_code.co_name)
    return trace


def begin():
    frame = sys._getframe()
    while frame:
        frame.f_trace = trace
        frame = frame.f_back
    sys.settrace(trace)


def inner():
    a = 1
    begin()
    b = 2
    return a + b


def outer():
    c = inner()
    d = c + 1
    return d


print(outer())
sys.settrace(None)


def by_hook():
    for i in range(3):
        breakpoint(); i += 1
        i += 10
        sys.settrace(None)
    return i


sys.breakpointhook = begin
print(by_hook())


def itself():
    for i in range(3):
        sys._getframe().f_trace = trace
        sys.settrace(trace)
        i += 10
        sys.settrace(None)
    return i


print(itself())
