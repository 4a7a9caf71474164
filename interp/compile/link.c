/* link.c -- linked globals: names that top-level code with a loop stores itself. Names of builtins stay out: unset, they mean the builtin.
 * So do names only imported or defined: they are read through their cells, which costs little. */
#include "interp/compile/link.h"

enum { MAX_LINKED = 200 };

static const char *const builtin_names[] = {
    "ArithmeticError", "AssertionError", "AttributeError", "BaseException", "BaseExceptionGroup", "BlockingIOError", "BrokenPipeError", "BufferError",
    "BytesWarning", "ChildProcessError", "ConnectionAbortedError", "ConnectionError", "ConnectionRefusedError", "ConnectionResetError",
    "DeprecationWarning", "EOFError", "Ellipsis", "EncodingWarning", "EnvironmentError", "Exception", "ExceptionGroup", "False", "FileExistsError",
    "FileNotFoundError", "FloatingPointError", "FutureWarning", "GeneratorExit", "IOError", "ImportError", "ImportWarning", "IndentationError",
    "IndexError", "InterruptedError", "IsADirectoryError", "KeyError", "KeyboardInterrupt", "LookupError", "MemoryError", "ModuleNotFoundError",
    "NameError", "None", "NotADirectoryError", "NotImplemented", "NotImplementedError", "OSError", "OverflowError", "PendingDeprecationWarning",
    "PermissionError", "ProcessLookupError", "RecursionError", "ReferenceError", "ResourceWarning", "RuntimeError", "RuntimeWarning", "StopAsyncIteration",
    "StopIteration", "SyntaxError", "SyntaxWarning", "SystemError", "SystemExit", "TabError", "TimeoutError", "True", "TypeError", "UnboundLocalError",
    "UnicodeDecodeError", "UnicodeEncodeError", "UnicodeError", "UnicodeTranslateError", "UnicodeWarning", "UserWarning", "ValueError", "Warning",
    "ZeroDivisionError", "abs", "aiter", "all", "anext", "any", "ascii", "bin", "bool", "breakpoint", "bytearray", "bytes", "callable", "chr",
    "classmethod", "compile", "complex", "copyright", "credits", "delattr", "dict", "dir", "display", "divmod", "enumerate", "eval", "exec", "exit",
    "filter", "float", "format", "frozenset", "get_ipython", "getattr", "globals", "hasattr", "hash", "help", "hex", "id", "input", "int", "isinstance",
    "issubclass", "iter", "len", "license", "list", "locals", "map", "max", "memoryview", "min", "next", "object", "oct", "open", "ord", "pow", "print",
    "property", "quit", "range", "repr", "reversed", "round", "set", "setattr", "slice", "sorted", "staticmethod", "str", "sum", "super", "tuple",
    "type", "vars", "zip",
};

static bool is_builtin(const Ident *name)
{
    size_t low = 0, high = sizeof builtin_names / sizeof *builtin_names;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(name->text, builtin_names[middle]);
        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

void link_globals(Unit *u)
{
    Scope *s = u->scope;
    if (!s->has_loop || s->has_star_import)
        return;
    for (Symbol *y = s->first; y && u->n_linked < MAX_LINKED && !u->c->failed; y = y->next) {
        if (!(y->flags & DEF_DATA) || y->ident->text[0] == '.' || !strncmp(y->ident->text, "__", 2) || is_builtin(y->ident))
            continue;
        y->reg = unit_new_var(u, y->ident);
        if (!vec_add(&u->linked, y)) {
            error_set_memory();
            context_fail(u->c);
        }
        u->n_linked++;
    }
    if (u->n_linked)
        u->flags |= CODE_LINKED;
}
