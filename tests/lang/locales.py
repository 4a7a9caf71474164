# Locales of the C library, as locale and _locale show them.
import locale, _locale, gettext
print(locale.setlocale(locale.LC_CTYPE), locale.getencoding(), locale.localeconv(), locale.nl_langinfo(locale.CODESET), locale.getlocale(), locale.getpreferredencoding())
for f,a in ((_locale.setlocale,(6,'xx')),(_locale.setlocale,(99,)),(_locale.nl_langinfo,(12345,)),(_locale.strcoll,('a\0','b')),(_locale.strxfrm,('a',)),(_locale.bindtextdomain,('','x')),(_locale.gettext,('a',)),(_locale.dgettext,(None,'a')),(_locale.textdomain,(None,)),(_locale.setlocale,('a',)),(_locale.setlocale,(0,1)),(_locale.bindtextdomain,('a',None)),(_locale.strcoll,('\xe9','f')),(_locale.strcoll,(1,'f')),(_locale.bind_textdomain_codeset,('a',None)),(_locale.bindtextdomain,('a','/tmp')),(_locale.dcgettext,('a','b',5))):
    try: print(ascii(f(*a)))
    except Exception as e: print(type(e),e)
print([locale.nl_langinfo(getattr(_locale,n)) for n in sorted(dir(_locale)) if n.startswith(('DAY','MON','AB','D_','T_','RAD','THOU','YES','NO','CRN','AM','PM'))])
print(locale.format_string('%d %.2f',(12345,1.5),grouping=True), locale.atof('1.5'), locale.currency if 0 else '', sorted(['b','a','C'],key=locale.strxfrm))
locale.setlocale(locale.LC_ALL,'C'); print(locale.setlocale(locale.LC_ALL))
with __import__('contextlib').suppress(Exception): print(locale.setlocale(locale.LC_ALL,''))
print(locale.normalize('de_DE'), locale.str(2.5))
