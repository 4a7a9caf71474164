"""pretty(value) and pprint(value): the text of a value as the notebook shows it."""
from _ouro_pretty import Printer as PrettyPrinter      # noqa: F401
from _ouro_pretty import pretty as _pretty


def pretty(value, verbose=False, max_width=79, newline="\n", max_seq_length=1000):
    return _pretty(value, max_width)


def pprint(value, verbose=False, max_width=79, newline="\n", max_seq_length=1000):
    print(_pretty(value, max_width))
