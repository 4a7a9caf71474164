# Locales of the C library, as locale and _locale show them.
import _locale
import contextlib
import gettext                                           # imports over _locale
import locale

print(locale.setlocale(locale.LC_CTYPE), locale.getencoding(), locale.localeconv(), locale.nl_langinfo(locale.CODESET), locale.getlocale())
print(locale.getpreferredencoding(), gettext.gettext("text"))


def sign(n):
    return (n > 0) - (n < 0)                             # the C library promises no more of a comparison


def order(a, b):
    return sign(_locale.strcoll(a, b))


CALLS = [
    (_locale.setlocale, 6, "xx"), (_locale.setlocale, 99), (_locale.setlocale, "a"), (_locale.setlocale, 0, 1),
    (_locale.nl_langinfo, 12345),
    (order, "a\0", "b"), (order, "\xe9", "f"), (order, "b", "a"), (order, 1, "f"),
    (_locale.strxfrm, "a"),
    (_locale.textdomain, None), (_locale.bindtextdomain, "", "x"), (_locale.bindtextdomain, "a", None), (_locale.bindtextdomain, "a", "/tmp"),
    (_locale.bind_textdomain_codeset, "a", None),
    (_locale.gettext, "a"), (_locale.dgettext, None, "a"), (_locale.dcgettext, "a", "b", 5),
]
for function, *arguments in CALLS:
    try:
        print(function.__name__, arguments, ascii(function(*arguments)))
    except Exception as error:
        print(function.__name__, arguments, type(error), error)

WORDS = ("DAY", "MON", "AB", "D_", "T_", "RAD", "THOU", "YES", "NO", "CRN", "AM", "PM")
print([locale.nl_langinfo(getattr(_locale, name)) for name in sorted(dir(_locale)) if name.startswith(WORDS)])
print(locale.format_string("%d %.2f", (12345, 1.5), grouping=True), locale.atof("1.5"), sorted(["b", "a", "C"], key=locale.strxfrm))
locale.setlocale(locale.LC_ALL, "C")
print(locale.setlocale(locale.LC_ALL))
with contextlib.suppress(locale.Error):
    print(locale.setlocale(locale.LC_ALL, ""))
print(locale.normalize("de_DE"), locale.str(2.5))
