/* ast_to_tree.c -- Python objects as the compiler's tree. Messages are CPython's (Python/Python-ast.c). */
#include "interp/base/vec.h"
#include "interp/modules/ast/ast_classes.h"
#include "interp/object/bytes.h"
#include "interp/object/complex.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/set.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

typedef struct Maker { Arena *arena; VEC(const Text *) names; } Maker;

static Node *to_node(Maker *m, Value v, AstSum sum);

static const Text *to_text(Maker *m, Value v)
{
    size_t len;
    const char *utf8 = str_utf8_peek(v, &len);
    Text *made = utf8 ? ast_text(m->arena, utf8, len) : NULL;
    if (!made)
        error_set_memory();
    return made;
}

/* Equal names are one Text, as the parser makes them. */
static const Text *to_name(Maker *m, Value v)
{
    size_t len;
    const char *utf8 = str_utf8_peek(v, &len);
    if (!utf8)
        return NULL;
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (uint8_t)utf8[i]) * 16777619u;
    hash ^= hash >> 15;
    for (size_t i = 0; i < m->names.n; i++) {
        const Text *t = m->names.at[i];
        if (t->hash == hash && t->len == len && memcmp(t->at, utf8, len) == 0)
            return t;
    }
    Text *made = ast_text(m->arena, utf8, len);
    if (made)
        made->hash = hash;
    if (!made || !vec_add(&m->names, made))
        return raise_memory_null();
    return made;
}

static bool to_constant(Maker *m, Value v, Constant *out)
{
    *out = (Constant){ 0 };
    int64_t i;
    if (is_none(v) || is_bool(v) || same(v, ELLIPSIS)) {
        out->kind = is_none(v) ? CONST_NONE : same(v, TRUE) ? CONST_TRUE : same(v, FALSE) ? CONST_FALSE : CONST_ELLIPSIS;
        return true;
    }
    if (int_exact(v)) {
        out->kind = CONST_INT;
        if (int_to_i64(v, &i)) {
            out->integer = i;
            return true;
        }
        own Value digits = int_to_str(v, 16);
        out->kind = CONST_BIGINT;
        out->base = 16;
        return !is_error(digits) && (out->text = to_text(m, digits));
    }
    double d;
    if (is_float(v) || is_exact(v, &float_type)) {
        out->kind = CONST_FLOAT;
        return obj_double(v, &d) && (out->number = d, true);
    }
    if (str_exact(v)) {
        out->kind = CONST_STR;
        return (out->text = to_text(m, v)) != NULL;
    }
    if (is_exact(v, &bytes_type)) {
        out->kind = CONST_BYTES;
        out->text = ast_text(m->arena, (const char *)as_bytes(v)->data, as_bytes(v)->len);
        return out->text || raise_memory_false();
    }
    if (is_exact(v, &complex_type)) {
        own Value real = obj_getattr_c(v, "real"), imag = is_error(real) ? ERROR : obj_getattr_c(v, "imag");
        double re;
        if (is_error(real) || is_error(imag) || !obj_double(real, &re) || !obj_double(imag, &d))
            return false;
        if (re != 0)
            return raise_false(TypeError, "got a complex number with a real part in Constant");
        out->kind = CONST_IMAGINARY;
        out->number = d;
        return true;
    }
    return raise_false(TypeError, "got an invalid type in Constant: %s", type_name(v));
}

static void set_position(Node *node, const Node *at)
{
    node->lineno = at->lineno;
    node->col_offset = at->col_offset;
    node->end_lineno = at->end_lineno;
    node->end_col_offset = at->end_col_offset;
}

/* A tuple as a Constant's value: a display of constants means the same. */
static Node *constant_tuple(Maker *m, Value v, const Node *at)
{
    Node *made = ast_new(m->arena, NODE_Tuple);
    uint64_t n = tuple_len(v);
    if (!made || !(made->Tuple.elts.at = arena_alloc(m->arena, (n + 1) * sizeof(Node *))))
        return raise_memory_null();
    set_position(made, at);
    made->Tuple.elts.n = (int)n;
    made->Tuple.ctx = NODE_Load;
    for (uint64_t i = 0; i < n; i++) {
        Value item = tuple_peek(v, i);
        Node *e;
        if (tuple_exact(item)) {
            if (!stack_enter(" during compilation"))
                return NULL;
            e = constant_tuple(m, item, at);
            stack_leave();
        } else if ((e = ast_new(m->arena, NODE_Constant))) {
            set_position(e, at);
            if (!to_constant(m, item, &e->Constant.value))
                return NULL;
        } else {
            error_set_memory();
        }
        if (!e)
            return NULL;
        made->Tuple.elts.at[i] = e;
    }
    return made;
}

static bool to_one(Maker *m, const AstField *f, Value v, char *at, bool optional)
{
    switch (ast_store((AstSum)f->sum)) {
    case STORE_TEXT:
        if (is_none(v) && optional)
            return true;
        if (!str_exact(v) && !(f->sum == AST_string && is_exact(v, &bytes_type)))
            return raise_false(TypeError, f->sum == AST_identifier ? "AST identifier must be of type str" : "AST string must be of type str");
        return (*(const Text **)at = f->sum == AST_identifier ? to_name(m, v) : to_text(m, v)) != NULL;
    case STORE_INT: {
        int64_t i;
        if (!int_check(v))
            return raise_false(ValueError, "invalid integer value: %R", v);
        if (!int_to_i64(v, &i) || i != (int)i)
            return raise_false(OverflowError, "Python int too large to convert to C int");
        *(int *)at = (int)i;
        return true;
    }
    case STORE_CONSTANT: return to_constant(m, v, (Constant *)at);
    case STORE_KIND: {
        NodeKind kind = ast_kind_of(v);
        if (kind == NODE_NONE || ast_classes[kind].sum != f->sum)
            return raise_false(TypeError, "expected some sort of %s, but got %R", ast_sum_names[f->sum], v);
        *(NodeKind *)at = kind;
        return true;
    }
    default:
        if (is_none(v) && optional)
            return true;
        return (*(Node **)at = to_node(m, v, (AstSum)f->sum)) != NULL;
    }
}

typedef struct AnyList { char *at; int n; } AnyList;

static bool to_sequence(Maker *m, const AstClass *class, const AstField *f, Value v, AnyList *out)
{
    if (!list_check(v))
        return raise_false(TypeError, "%s field \"%s\" must be a list, not a %.200s", class->name, f->name, type_name(v));
    AstStore store = ast_store((AstSum)f->sum);
    size_t step = store == STORE_TEXT ? sizeof(Text *) : store == STORE_KIND ? sizeof(NodeKind) : sizeof(Node *);
    uint64_t n = list_len(v);
    bool may_be_none = (class == &ast_classes[NODE_Dict] && strcmp(f->name, "keys") == 0) || strcmp(f->name, "kw_defaults") == 0;
    if (n > INT32_MAX / 16)
        return raise_memory_false();
    out->at = arena_alloc(m->arena, (n + 1) * step);
    if (!out->at)
        return raise_memory_false();
    memset(out->at, 0, (n + 1) * step);
    out->n = (int)n;
    for (uint64_t i = 0; i < n; i++) {
        own Value item = list_item_at(v, i);
        if (is_stop(item) || list_len(v) != n)
            return raise_false(RuntimeError, "%s field \"%s\" changed size during iteration", class->name, f->name);
        if (is_none(item) && !may_be_none && store == STORE_NODE)
            return raise_false(ValueError, f->sum == AST_stmt ? "None disallowed in statement list" : f->sum == AST_pattern ? "None disallowed in pattern list"
                                                                                                                      : "None disallowed in expression list");
        if (!to_one(m, f, item, out->at + i * step, may_be_none))
            return false;
    }
    return true;
}

static bool get_int(Value v, const char *class, const char *name, bool required, int otherwise, int *out)
{
    Value value;
    *out = otherwise;
    Found found = obj_find_attr_c(v, name, &value);
    if (found == FAILED)
        return false;
    own Value given = value;
    if (found == ABSENT)
        return !required || raise_false(TypeError, "required field \"%s\" missing from %s", name, class);
    if (is_none(given) && !required)
        return true;
    int64_t i;
    if (!int_check(given))
        return raise_false(ValueError, "invalid integer value: %R", given);
    if (!int_to_i64(given, &i) || i != (int)i)
        return raise_false(OverflowError, "Python int too large to convert to C int");
    *out = (int)i;
    return true;
}

static bool fill(Maker *m, Node *node, Value v)
{
    const AstClass *class = &ast_classes[node->kind];
    for (int i = 0; i < class->n_fields; i++) {
        const AstField *f = &class->fields[i];
        char *at = (char *)node + f->offset;
        Value value;
        Found found = obj_find_attr(v, ast_field_name_peek(f), &value);
        if (found == FAILED)
            return false;
        own Value given = value;
        if (found == ABSENT) {
            if (f->count == AST_OPT || !ast_field_shown(f) || node->kind == NODE_ImportFrom)
                continue;
            return raise_false(TypeError, "required field \"%s\" missing from %s", f->name, class->name);
        }
        if (node->kind == NODE_ImportFrom && f->sum == AST_int && is_none(given))
            continue;                        /* "int? level" */
        if (f->count == AST_SEQ ? !to_sequence(m, class, f, given, (AnyList *)at) : !to_one(m, f, given, at, f->count == AST_OPT))
            return false;
    }
    return true;
}

/* The positions of a sum's members; read before anything else, as CPython does. */
static bool position(Value v, AstSum sum, Node *at)
{
    if (!ast_sum_has_position(sum))
        return true;
    const char *name = ast_sum_names[sum];
    return get_int(v, name, "lineno", true, 0, &at->lineno) && get_int(v, name, "col_offset", true, 0, &at->col_offset) &&
           get_int(v, name, "end_lineno", false, at->lineno, &at->end_lineno) && get_int(v, name, "end_col_offset", false, at->col_offset, &at->end_col_offset);
}

static Node *to_node(Maker *m, Value v, AstSum sum)
{
    Node at = { 0 };
    if (!position(v, sum, &at))
        return NULL;
    NodeKind kind = ast_kind_of(v);
    if (kind == NODE_NONE || ast_classes[kind].sum != sum)
        return raise_null(TypeError, "expected some sort of %s, but got %R", ast_sum_names[sum], v);
    if (!stack_enter(" while traversing 'ast' node"))
        return NULL;
    Node *node = ast_new(m->arena, kind);
    bool good = node != NULL;
    if (!node)
        error_set_memory();
    else
        set_position(node, &at);
    if (good && kind == NODE_Constant) {
        own Value value = obj_getattr_c(v, "value");
        if (is_error(value)) {
            if (error_is(AttributeError))
                error_set(TypeError, "required field \"value\" missing from Constant");
            good = false;
        } else if (tuple_exact(value)) {
            node = constant_tuple(m, value, node);
            stack_leave();
            return node;
        }
    }
    good = good && fill(m, node, v);
    stack_leave();
    return good ? node : NULL;
}

Node *ast_to_tree(Arena *arena, Value v, AstSum sum)
{
    Maker m = { .arena = arena };
    Node *tree = to_node(&m, v, sum);
    vec_free(&m.names);
    return tree;
}
