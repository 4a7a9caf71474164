"""The constants that the library's re._parser and re._compiler want of the matcher. Compiling its codes is not what Ouro does: use re.compile."""
from _re import _lower

MAGIC = 20220615
CODESIZE = 4
MAXREPEAT = 4294967295
MAXGROUPS = 1073741823
copyright = " SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB "


def getcodesize():
    return CODESIZE


def unicode_tolower(c):
    return _lower(c)


def unicode_iscased(c):
    text = chr(c)
    return text.lower() != text or text.upper() != text


def ascii_tolower(c):
    return c + 32 if 65 <= c <= 90 else c


def ascii_iscased(c):
    return 65 <= c <= 90 or 97 <= c <= 122


getlower = ascii_tolower


def compile(*args):
    raise NotImplementedError("codes of CPython's matcher cannot be run; use re.compile")
