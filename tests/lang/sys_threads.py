# sys._current_frames and sys._current_exceptions show all threads; constants that programs reckon with.
import sys
import threading

entered, leave = threading.Event(), threading.Event()


def inner():
    try:
        raise ValueError("in a thread")
    except ValueError:
        entered.set()
        leave.wait()


thread = threading.Thread(target=inner)
thread.start()
entered.wait()
frames, exceptions = sys._current_frames(), sys._current_exceptions()
frame = frames[thread.ident]
while frame.f_code.co_name != "inner":
    frame = frame.f_back
print(frame.f_code.co_name, frames[threading.get_ident()].f_code.co_name, len(frames))
kind, value, traceback = exceptions[thread.ident]
print(kind, value, traceback.tb_frame is frame, exceptions[threading.get_ident()])
leave.set()
thread.join()
print("json" in sys.stdlib_module_names, len(sys.stdlib_module_names), type(sys.stdlib_module_names), sys._stdlib_dir, sys.int_info.bits_per_digit)
try:
    sys.unraisablehook(ValueError())
except TypeError as error:
    print(error)
try:
    raise SyntaxError("msg", (b"bytes_filename", 123, 0, "text"))
except SyntaxError:
    sys.stderr = sys.stdout
    sys.excepthook(*sys.exc_info())
