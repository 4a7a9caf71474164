# pyexpat and what the library builds on it: ElementTree, minidom, sax, plistlib.
import io
import plistlib
import xml.dom.minidom
import xml.etree.ElementTree as ET
import xml.sax
from xml.parsers import expat

TEXT = '''<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<!DOCTYPE root [
  <!ELEMENT root ((a|b*), c?)+>
  <!ATTLIST a kind CDATA "plain" id ID #REQUIRED>
  <!ENTITY who "wörld">
  <!NOTATION n SYSTEM "s">
]>
<root xmlns:x="urn:x" one="1"><!-- note --><?go now?>
  <a id="i">hello &who; &lt;&#228;</a><x:b/><![CDATA[raw <stuff>]]>
</root>'''
parser = expat.ParserCreate(namespace_separator="}")
events = []
for name in dir(parser):
    if name.endswith("Handler") and name not in ("NotStandaloneHandler", "ExternalEntityRefHandler"):
        setattr(parser, name, lambda *args, name=name: events.append((name, args)))
parser.buffer_text = True
print(parser.Parse(TEXT[:200]), parser.Parse(TEXT[200:], True))
for event in events:
    print(ascii(event))
print(parser.CurrentLineNumber, parser.ErrorCode, parser.buffer_size, parser.intern is not None, expat.version_info > (2, 0))


def attempt(f):
    try:
        print(ascii(f()))
    except Exception as e:
        print(type(e).__name__, ascii(str(e)), *(getattr(e, n, None) for n in ("code", "lineno", "offset")))


def parse(text, **attributes):
    p = expat.ParserCreate()
    for name, value in attributes.items():
        setattr(p, name, value)
    return p.Parse(text, True)


def fail(*args):
    raise LookupError(args)


for text in "<a>", "<a></b>", "", "<a b='1' b='2'/>", "<a>&nope;</a>", b"\xff\xfe", "<a/><b/>", b"<?xml version='1.0' encoding='nope'?><a/>", b"<?xml version='1.0' encoding='koi8-r'?><a/>":
    attempt(lambda: parse(text))
attempt(lambda: parse("<a><b/>text</a>", StartElementHandler=fail))
attempt(lambda: parse("<a>text</a>", CharacterDataHandler=fail, buffer_text=True))
attempt(lambda: expat.ParserCreate().Parse(3))
attempt(lambda: expat.ParserCreate(namespace_separator="ab"))
attempt(lambda: expat.ErrorString(3))
attempt(lambda: (expat.errors.codes[expat.errors.XML_ERROR_SYNTAX], expat.errors.messages[7], expat.model.XML_CTYPE_SEQ))
p = expat.ParserCreate()
attempt(lambda: (p.Parse("<a/>", True), p.Parse("<a/>")))
attempt(lambda: expat.XMLParserType())


def outer(context, base, system, public):
    inner = q.ExternalEntityParserCreate(context)
    return inner.Parse("<inner>%s</inner>" % system, True)


q = expat.ParserCreate()
seen = []
q.ExternalEntityRefHandler = outer
q.StartElementHandler = lambda name, attributes: seen.append((name, attributes))
q.CharacterDataHandler = seen.append
q.Parse('<!DOCTYPE d [<!ENTITY e SYSTEM "there">]><d k="v">&e;</d>', True)
print(seen)

tree = ET.parse(io.StringIO(TEXT.split("\n]>", 1)[1].replace("&who;", "")))
print(ET.tostring(tree.getroot()), [e.tag for e in tree.iter()], tree.find("a").attrib)
for event, element in ET.iterparse(io.BytesIO(b"<r><s>1</s><s>2</s></r>"), events=("start", "end")):
    print(event, element.tag, element.text)
attempt(lambda: ET.fromstring("<a><b></a>"))
built = ET.Element("top", k="v")
ET.SubElement(built, "sub").text = "x & y"
ET.indent(built)
print(ET.tostring(built, encoding="unicode"))
document = xml.dom.minidom.parseString("<r a='1'><s>t</s></r>")
print(document.documentElement.toxml(), document.getElementsByTagName("s")[0].firstChild.data)


class Handler(xml.sax.ContentHandler):
    def startElement(self, name, attributes):
        print("start", name, dict(attributes))

    def characters(self, content):
        print("text", content)


xml.sax.parseString(b"<r a='1'>t<s/></r>", Handler())
print(plistlib.loads(plistlib.dumps({"a": [1, 2.5, True, b"xx"], "b": "c"})))
