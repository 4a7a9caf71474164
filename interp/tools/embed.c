/* embed.c -- at build time: Python files into one C table of ShippedModule rows (builtins/import.h).
 * usage: embed ROOT FILE.py...   (ROOT/a/b.py is module a.b; ROOT/a/__init__.py is package a) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void module_name(const char *root, const char *path, char *name, size_t size, int *package)
{
    snprintf(name, size, "%s", path + strlen(root) + 1);
    name[strlen(name) - 3] = 0;
    *package = 0;
    char *init = strstr(name, "/__init__");
    if (init && !init[9]) {
        *init = 0;
        *package = 1;
    }
    for (char *p = name; *p; p++)
        if (*p == '/')
            *p = '.';
}

int main(int argc, char **argv)
{
    printf("#include <stdbool.h>\n#include <stddef.h>\n");
    printf("typedef struct ShippedModule { const char *name; const char *source; size_t len; bool package; } ShippedModule;\n");
    for (int i = 2; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (!file) {
            perror(argv[i]);
            return 1;
        }
        printf("static const char text_%d[] = {", i);
        int c, n = 0;
        while ((c = getc(file)) != EOF)
            printf("%s%d,", n++ % 24 ? "" : "\n", (signed char)c);
        printf("0};\n");
        fclose(file);
    }
    printf("const ShippedModule shipped_modules[] = {\n");
    for (int i = 2; i < argc; i++) {
        char name[512];
        int package;
        module_name(argv[1], argv[i], name, sizeof name, &package);
        printf("    { \"%s\", text_%d, sizeof text_%d - 1, %d },\n", name, i, i, package);
    }
    printf("    { 0 },\n};\n");
    return 0;
}
