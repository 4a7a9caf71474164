# A trace function cannot jump into the body of a for loop: nothing would be there to iterate.
import sys


def f(output):
    output.append(1)
    if not output:
        for i in [3]:
            output.append(4)
    else:
        output.append(6)
        output.append(7)
    output.append(8)


def trace(frame, event, arg):
    if frame.f_code is f.__code__ and event == "line" and frame.f_lineno == frame.f_code.co_firstlineno + 6:
        try:
            frame.f_lineno = frame.f_code.co_firstlineno + 4
        except ValueError as error:
            print(error)
    return trace


output = []
sys.settrace(trace)
f(output)
sys.settrace(None)
print(output)
