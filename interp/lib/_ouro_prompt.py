"""The interactive prompt of `ouro` in a terminal."""
import sys


def more_needed(source):
    """Compiled code, None when the text may go on, or SyntaxError."""
    import codeop
    return codeop.compile_command(source, "<stdin>", "single")


def show(error):
    """An error as the prompt shows it, kept for a debugger."""
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, error.__traceback__
    sys.excepthook(type(error), error, error.__traceback__)


def interact(space):
    """Read, run, print, until the end of the input."""
    try:
        import readline                                  # noqa: F401  (line editing, where the library has it)
    except ImportError:
        pass
    sys.ps1 = getattr(sys, "ps1", ">>> ")
    sys.ps2 = getattr(sys, "ps2", "... ")
    if not sys.flags.quiet:
        print(f"Ouro {'.'.join(map(str, sys.implementation.version[:3]))}, Python {sys.version.split()[0]}")
        print('Type "help", "copyright", "credits" or "license" for more information.')
    lines = []
    while True:
        try:
            line = input(str(sys.ps2 if lines else sys.ps1))
        except EOFError:
            print()
            return
        except KeyboardInterrupt:
            print("\nKeyboardInterrupt")
            lines = []
            continue
        lines.append(line)
        try:
            code = more_needed("\n".join(lines) + ("\n" if len(lines) > 1 and not line else ""))
            if code is None:
                continue
        except (SyntaxError, ValueError, OverflowError) as error:
            show(error.with_traceback(None))
            lines = []
            continue
        lines = []
        try:
            exec(code, space)
        except SystemExit:
            raise
        except BaseException as error:
            show(error.with_traceback(error.__traceback__.tb_next))
