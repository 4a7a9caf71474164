# f_locals of frames that have ended: variables of the functions around are there too; clear() empties them.
import sys


def make_frames():
    def outer():
        x, y = 5, 6

        def inner():
            z = x + 2
            1 / 0
        return inner()

    def only_free():
        x = [1]

        def inner():
            return x[9]
        return inner()
    for function in outer, only_free:
        try:
            function()
        except (ZeroDivisionError, IndexError) as error:
            traceback = error.__traceback__
            while traceback:
                yield traceback.tb_frame
                traceback = traceback.tb_next


for looked_before in False, True:
    for frame in list(make_frames())[1:]:
        if frame.f_code.co_name in ("outer", "inner", "only_free"):
            print(frame.f_code.co_name, sorted(k for k in frame.f_locals) if looked_before else "", end=" ")
            print({k: v for k, v in frame.f_locals.items() if k != "inner"}, end=" ")
            frame.clear()
            print(frame.f_locals)
