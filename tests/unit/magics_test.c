/* magics_test.c -- the text side of magics: what each spelling becomes, and what must be left alone.
 * Build: gcc -std=gnu11 -I. tests/unit/magics_test.c kernel/magics.c kernel/json.c interp/base/buf.c interp/base/utf8.c -ljansson */
#include "kernel/magics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int passed, failed;

static Text text_of(const char *text)
{
    return (Text){ text, strlen(text) };
}

static void check(const char *what, const char *got, const char *wanted)
{
    if (strcmp(got, wanted) == 0) {
        passed++;
        return;
    }
    failed++;
    printf("FAILED %s\n  got    %s\n  wanted %s\n", what, got, wanted);
}

static bool bound(const char *name)
{
    return strcmp(name, "who") == 0;
}

#define LINE_MAGIC(name, rest) "get_ipython().run_line_magic('" name "', '" rest "')"

/* NULL: unchanged. */
static const struct { const char *code, *plain; } transforms[] = {
    { "%pwd", LINE_MAGIC("pwd", "") },
    { "%time x = 1\n", LINE_MAGIC("time", "x = 1") "\n" },
    { "if x:\n    %mem\n    y", "if x:\n    " LINE_MAGIC("mem", "") "\n    y" },
    { "x = %who_ls int", "x = " LINE_MAGIC("who_ls", "int") },
    { "x = y = %pwd\nz", "x = y = " LINE_MAGIC("pwd", "") "\nz" },
    { "!ls -l", "get_ipython().system('ls -l')" },
    { "!!ls", "get_ipython().getoutput('ls')" },
    { "! ls", "get_ipython().system('ls')" },
    { "files = !ls 'a b'", "files = get_ipython().getoutput('ls \\'a b\\'')" },
    { "a.b[0] = !ls", "a.b[0] = get_ipython().getoutput('ls')" },
    { "x = !echo \"a\" \\\n  b\ny", "x = get_ipython().getoutput('echo \"a\"    b')\n\ny" },
    { "!echo a \\\n b\ny", "get_ipython().system('echo a   b')\n\ny" },
    { "len?", LINE_MAGIC("pinfo", "len") },
    { "a.b??", LINE_MAGIC("pinfo2", "a.b") },
    { "?len", LINE_MAGIC("pinfo", "len") },
    { "??len", LINE_MAGIC("pinfo2", "len") },
    { "a.*b*?", LINE_MAGIC("psearch", "a.*b*") },
    { "%time?", LINE_MAGIC("pinfo", "%time") },
    { "len? # what is it", LINE_MAGIC("pinfo", "len") },
    { "x = 1\nx?\ny = 2\n", "x = 1\n" LINE_MAGIC("pinfo", "x") "\ny = 2\n" },
    { "%%time\nx = 1", "get_ipython().run_cell_magic('time', '', 'x = 1\\n')\n" },
    { "\n%%bash -e\necho 'a'\n", "\nget_ipython().run_cell_magic('bash', '-e', 'echo \\'a\\'\\n')\n" },
    { "%%html\n<b>\\n</b>", "get_ipython().run_cell_magic('html', '', '<b>\\\\n</b>\\n')\n" },
    { ",f a b", "f(\"a\", \"b\")" },
    { ";f a b", "f(\"a b\")" },
    { "/f a b", "f(a, b)" },
    { ">>> x = 1\n>>> if x:\n...     y\n", "x = 1\nif x:\n    y\n" },
    { "In [1]: x\n   ...: y", "x\ny" },
    { "    x = 1\n    y = 2", "x = 1\ny = 2" },
    { "pwd", LINE_MAGIC("pwd", "") },
    { "pip install x", LINE_MAGIC("pip", "install x") },
    { "ls -l", LINE_MAGIC("ls", "-l") },
    { "ls /tmp", LINE_MAGIC("ls", "/tmp") },
    { "run ../x.py", LINE_MAGIC("run", "../x.py") },
    /* Python, all of it */
    { "x = 1", NULL },
    { "x = y % z", NULL },
    { "x = (1\n%pwd\n)", NULL },
    { "x = [\n!ls\n]", NULL },
    { "'''\n%pwd\n!ls\nlen?\n'''", NULL },
    { "x = '''a?'''", NULL },
    { "x = 'what?'", NULL },
    { "# what?", NULL },
    { "x = 1 # x = !ls", NULL },
    { "x = 1 \\\n% y", NULL },
    { "a != b", NULL },
    { "x %= 3", NULL },
    { "x == y", NULL },
    { "f(a=1, b=2)", NULL },
    { "print(f'{x!r} {y=}')", NULL },
    { "print(f\"{x[\"a\"]!r:>{w}}\")", NULL },
    { "print(f'''{\nx\n}\n%a\n''')", NULL },
    { "who", NULL },
    { "pwd = 1", NULL },
    { "ls == 1", NULL },
    { "time.time()", NULL },
    { "x = \"\\\"%\"\ny", NULL },
    { "", NULL },
    { "\n\n", NULL },
};

static const struct { const char *code; bool hides; } endings[] = {
    { "x;", true }, { "x; # why", true }, { "x;\n\n# end\n", true }, { "x", false }, { "';'", false }, { "# ;", false },
    { "x; y", false }, { "'''\n;'''", false }, { "f('a');", true }, { "", false },
};

static const struct { const char *code, *status; } complete[] = {
    { "%%time\nx", "incomplete" }, { "%%time\nx\n", "incomplete" }, { "%%time\nx\n\n", "complete" }, { "%time x", "none" }, { "x", "none" },
};

int main(void)
{
    for (size_t i = 0; i < sizeof transforms / sizeof *transforms; i++) {
        size_t len;
        char *plain = magics_transform(text_of(transforms[i].code), &len, bound);
        check(transforms[i].code, plain ? plain : "(unchanged)", transforms[i].plain ? transforms[i].plain : "(unchanged)");
        free(plain);
    }
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        check(endings[i].code, magics_hides_result(text_of(endings[i].code)) ? "hides" : "shows", endings[i].hides ? "hides" : "shows");
    for (size_t i = 0; i < sizeof complete / sizeof *complete; i++) {
        const char *status = magics_is_complete(text_of(complete[i].code));
        check(complete[i].code, status ? status : "none", complete[i].status);
    }
    char *keep;
    Text body = magics_scope(text_of("%%scope keep=a, b\nx = 1"), &keep);
    check("scope body", body.data, "\nx = 1");
    check("scope keep", keep ? keep : "(none)", "a,b");
    free(keep);
    body = magics_scope(text_of("%%scope\nx"), &keep);
    check("scope without keep", keep ? keep : "(none)", "");
    free(keep);
    char *answer = magics_complete(text_of("x\n%%tim"), 7);
    check("complete", answer ? answer : "(none)", "{\"matches\": [\"%%time\", \"%%timeit\"], \"cursor_start\": 2, \"cursor_end\": 7, "
          "\"metadata\": {\"_jupyter_types_experimental\": [{\"start\": 2, \"end\": 7, \"text\": \"%%time\", \"type\": \"magic\"}, "
          "{\"start\": 2, \"end\": 7, \"text\": \"%%timeit\", \"type\": \"magic\"}]}}");
    free(answer);
    answer = magics_complete(text_of("10 % tim"), 8);
    check("complete of a remainder", answer ? answer : "(none)", "(none)");
    free(answer);
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
