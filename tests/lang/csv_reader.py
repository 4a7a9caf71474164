# csv.reader: every state with odd dialects, the limit of a field, and what is wrong with a dialect.
import csv
import random


def show(lines, **options):
    try:
        print(lines, options, list(csv.reader(lines, **options)))
    except Exception as error:
        print(lines, options, type(error).__name__, error)


random.seed(5)
for _ in range(3000):
    options = {"delimiter": random.choice(",; \n\t\""), "quotechar": random.choice(['"', "'", None, ",", "x"]), "escapechar": random.choice([None, None, "\\", "x", ","]),
               "doublequote": random.random() < .5, "skipinitialspace": random.random() < .4, "strict": random.random() < .4, "quoting": random.randrange(4)}
    show(["".join(random.choice("ab1.,;\"'\\ \n\rx\t") for _ in range(random.randrange(9))) for _ in range(random.randrange(1, 4))], **options)

for options in ({"delimiter": ""}, {"delimiter": "ab"}, {"delimiter": None}, {"delimiter": 1}, {"quotechar": ""}, {"quotechar": "ab"}, {"quotechar": None}, {"escapechar": ""},
                {"escapechar": 1}, {"quoting": "1"}, {"quoting": 7}, {"quoting": None}, {"quoting": True}, {"quoting": 2 ** 40}, {"quotechar": None, "quoting": 0},
                {"lineterminator": 1}, {"lineterminator": None}, {"dialect": "nope"}, {"delimiter": "\u20ac"}):
    show(["a,b"], **options)

csv.field_size_limit(3)
for line in "abcd", "abc", '"abcd"', '"abc",abcd', "ab\\cd":
    show([line], escapechar="\\")
