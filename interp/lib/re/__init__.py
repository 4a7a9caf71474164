r"""Support for regular expressions (RE).

The patterns are those of Python's library reference; the work is done by the module _re. Functions: match, fullmatch, search, sub, subn, split,
findall, finditer, compile, purge, escape. Flags: A ASCII, I IGNORECASE, L LOCALE, M MULTILINE, S DOTALL, X VERBOSE, U UNICODE, DEBUG, NOFLAG.
"""
from _re import Match, Pattern, compile, escape, findall, finditer, fullmatch, match, purge, search, split, sub, subn
from _re import compile as _compile

__all__ = [
    "match", "fullmatch", "search", "sub", "subn", "split",
    "findall", "finditer", "compile", "purge", "template", "escape",
    "error", "Pattern", "Match", "A", "I", "L", "M", "S", "X", "U",
    "ASCII", "IGNORECASE", "LOCALE", "MULTILINE", "DOTALL", "VERBOSE",
    "UNICODE", "NOFLAG", "RegexFlag",
]
__version__ = "2.2.1"


class error(Exception):
    """Exception raised for invalid regular expressions.

    Attributes:

        msg: The unformatted error message
        pattern: The regular expression pattern
        pos: The index in the pattern where compilation failed (may be None)
        lineno: The line corresponding to pos (may be None)
        colno: The column corresponding to pos (may be None)
    """

    __module__ = "re"

    def __init__(self, msg, pattern=None, pos=None):
        self.msg = msg
        self.pattern = pattern
        self.pos = pos
        self.lineno = self.colno = None
        if pattern is not None and pos is not None:
            msg = f"{msg} at position {pos}"
            newline = "\n" if isinstance(pattern, str) else b"\n"
            self.lineno = pattern.count(newline, 0, pos) + 1
            self.colno = pos - pattern.rfind(newline, 0, pos)
            if newline in pattern:
                msg = f"{msg} (line {self.lineno}, column {self.colno})"
        super().__init__(msg)


_names = {}         # value -> name, in the order of definition


class _FlagType(type):
    """What an enumeration's class can do."""

    def __iter__(cls):
        return iter([cls(value) for value in _names])

    def __len__(cls):
        return len(_names)

    def __getitem__(cls, name):
        if name in cls.__members__:
            return cls.__members__[name]
        raise KeyError(name)

    def __contains__(cls, value):
        return isinstance(value, cls)

    def __repr__(cls):
        return "<flag 'RegexFlag'>"


class RegexFlag(int, metaclass=_FlagType):
    """An enumeration of the flags: an int that shows its names."""

    __module__ = "re"
    __members__ = {}

    def __new__(cls, value=0):
        value = int(value)
        if value < 0:
            value += max(512, 2 ** value.bit_length())
        known = cls.__dict__.get("_known")
        made = known.get(value) if known else None
        return int.__new__(cls, value) if made is None else made

    @property
    def value(self):
        return int(self)

    @property
    def name(self):
        value, names = int(self), []
        for bit, name in _names.items():
            if value & bit:
                names.append(name)
                value &= ~bit
        if not names:
            return "NOFLAG" if value == 0 else None
        return "|".join(names + ([hex(value)] if value else []))

    def __repr__(self):
        value, name = int(self), self.name
        if value == 0:
            return "re.NOFLAG"
        return hex(value) if name is None else "|".join("re." + part if part[0].isalpha() else part for part in name.split("|"))

    __str__ = object.__str__

    def __format__(self, spec):
        return format(str(self), spec)

    def __hash__(self):
        return hash(self.name)

    def __eq__(self, other):
        return int.__eq__(self, other)

    def __contains__(self, other):
        return int(self) & int(other) == int(other)

    def __iter__(self):
        return iter([RegexFlag(bit) for bit in _names if int(self) & bit])

    def __or__(self, other):
        result = int.__or__(self, other)
        return result if result is NotImplemented else RegexFlag(result)

    def __and__(self, other):
        result = int.__and__(self, other)
        return result if result is NotImplemented else RegexFlag(result)

    def __xor__(self, other):
        result = int.__xor__(self, other)
        return result if result is NotImplemented else RegexFlag(result)

    __ror__, __rand__, __rxor__ = __or__, __and__, __xor__

    def __invert__(self):
        return RegexFlag(~int(self))

    def __reduce_ex__(self, protocol):
        return RegexFlag, (int(self),)


def _define():
    known = {}
    for value, long, short in ((0, "NOFLAG", "NOFLAG"), (256, "ASCII", "A"), (2, "IGNORECASE", "I"), (4, "LOCALE", "L"), (32, "UNICODE", "U"), (8, "MULTILINE", "M"),
                               (16, "DOTALL", "S"), (64, "VERBOSE", "X"), (1, "TEMPLATE", "T"), (128, "DEBUG", "DEBUG")):
        flag = int.__new__(RegexFlag, value)
        known[value] = flag
        if value:
            _names[value] = long
        for name in (long, short):
            RegexFlag.__members__[name] = flag
            setattr(RegexFlag, name, flag)
            globals()[name] = flag
    RegexFlag._known = known


_define()
del _define


def template(pattern, flags=0):
    "Compile a template pattern, returning a Pattern object, deprecated"
    import warnings
    warnings.warn("The re.template() function is deprecated as it is an undocumented function without an obvious purpose. Use re.compile() instead.",
                  DeprecationWarning)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return compile(pattern, flags | T)


class Scanner:
    """Splits a text by a lexicon of (pattern, action) pairs; undocumented in CPython, and used."""

    def __init__(self, lexicon, flags=0):
        flags = int(flags)
        self.lexicon = lexicon
        parts, self._actions = [], {}
        n = 1
        for phrase, action in lexicon:
            parts.append(f"({phrase})")
            self._actions[n] = action
            n += 1 + compile(phrase, flags).groups
        self.scanner = compile("|".join(parts), flags)

    def scan(self, string):
        result = []
        match = self.scanner.scanner(string).match
        i = 0
        while True:
            m = match()
            if not m:
                break
            j = m.end()
            if i == j:
                break
            action = self._actions[next(k for k in self._actions if m.start(k) >= 0 and m.end(k) == j)]
            if callable(action):
                self.match = m
                action = action(self, m.group())
            if action is not None:
                result.append(action)
            i = j
        return result, string[i:]


def _library():
    """Below the library's own package re are _parser and its kin, for those who look into patterns."""
    import sys
    for folder in sys.path:
        if folder.endswith(f"/python{sys.version_info[0]}.{sys.version_info[1]}"):
            __path__.append(folder + "/re")


try:
    _library()
except NameError:
    pass
