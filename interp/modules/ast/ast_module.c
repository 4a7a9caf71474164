/* ast_module.c -- module _ast, and compile() to and from trees of its classes. */
#include <stdlib.h>
#include "gc/heap.h"
#include "interp/builtins/run.h"
#include "interp/modules/ast/ast_classes.h"
#include "interp/object/bytes.h"
#include "interp/object/class.h"
#include "interp/object/int.h"
#include "interp/object/module.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"

static bool check(Value v) { return !is_unbound(ast_base_class) && is_instance_of(v, as_type(ast_base_class)); }

static Code *compile(Value tree, const CompileOptions *options)
{
    NodeKind wanted = options->mode == COMPILE_EVAL ? NODE_Expression : options->mode == COMPILE_SINGLE ? NODE_Interactive : NODE_Module;
    NodeKind kind = ast_kind_of(tree);
    if (kind != wanted)
        return raise_null(TypeError, "expected %s node, got %.400s", ast_classes[wanted].name, type_name(tree));
    Arena arena = { 0 };
    Node *node = ast_to_tree(&arena, tree, AST_mod);
    Code *code = node && ast_check(node) ? compile_tree(node, options) : NULL;
    arena_free(&arena);
    return code;
}

static Value parse_text(const char *text, size_t len, bool is_bytes, const CompileOptions *options)
{
    Arena arena = { 0 };
    const Node *tree = compile_parse(&arena, text, len, is_bytes, options);
    Value made = tree ? ast_from_tree(tree) : ERROR;
    arena_free(&arena);
    return made;
}

static Value parse(Value source, const CompileOptions *options)
{
    if (str_check(source)) {
        size_t len;
        char *text = str_utf8(source, &len);
        if (!text)
            return ERROR;
        size_t skip = 0;
        if (options->mode == COMPILE_EVAL)
            while (skip < len && (text[skip] == ' ' || text[skip] == '\t'))
                skip++;
        Value made = parse_text(text + skip, len - skip, false, options);
        free(text);
        return made;
    }
    Buffer buffer;
    if (!buffer_bytes(source, &buffer))
        return ERROR;
    Value made = parse_text(buffer.data, (size_t)buffer.len_bytes, true, options);
    buffer_release(&buffer);
    return made;
}

static const RunAst hooks = { check, compile, parse };

static bool init(Value module)
{
    if (!ast_classes_make(module))
        return false;
    run_ast = &hooks;
    return module_add_int(module, "PyCF_ALLOW_TOP_LEVEL_AWAIT", 0x2000) && module_add_int(module, "PyCF_ONLY_AST", 0x400) &&
           module_add_int(module, "PyCF_TYPE_COMMENTS", 0x1000);
}

const NativeModule ast_module = { "_ast", NULL, NULL, init };
