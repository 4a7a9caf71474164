/* ast_from_tree.c -- the parser's tree as Python objects, driven by the field table. */
#include "gc/heap.h"
#include "interp/compile/fold.h"
#include "interp/modules/ast/ast_classes.h"
#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"

static Value singletons[NODE_COUNT];         /* operators and contexts: one object each */

static Value singleton(NodeKind kind)
{
    if (kind == NODE_NONE)
        return NONE;
    if (!is_ptr(singletons[kind]) || !singletons[kind].bits) {
        if (!keep_take(&singletons[kind], instance_new(as_type(ast_node_classes[kind])), "operators and contexts of module ast"))
            return ERROR;
    }
    return retain(singletons[kind]);
}

static Value text(const Text *t, bool name)
{
    if (!t)
        return NONE;
    Value s = str_new(t->at, t->len);
    return is_error(s) || !name ? s : str_intern_take(s);
}

static Value one(const AstField *f, const char *at)
{
    switch (ast_store((AstSum)f->sum)) {
    case STORE_TEXT: return text(*(const Text *const *)at, f->sum == AST_identifier);
    case STORE_INT: return int_value(*(const int *)at);
    case STORE_CONSTANT: return fold_constant((const Constant *)at);
    case STORE_KIND: return singleton(*(const NodeKind *)at);
    default: return *(Node *const *)at ? ast_from_tree(*(Node *const *)at) : NONE;
    }
}

static size_t stride(AstStore store)
{
    return store == STORE_TEXT ? sizeof(const Text *) : store == STORE_INT ? sizeof(int) : store == STORE_CONSTANT ? sizeof(Constant)
           : store == STORE_KIND ? sizeof(NodeKind) : sizeof(Node *);
}

/* All lists are { pointer, int }. */
typedef struct AnyList { char *at; int n; } AnyList;
static_assert(sizeof(AnyList) == sizeof(NodeList) && offsetof(AnyList, n) == offsetof(NodeList, n) && offsetof(AnyList, n) == offsetof(TextList, n), "lists are alike");

static Value sequence(const AstField *f, const AnyList *list)
{
    own Value made = list_new((uint64_t)list->n);
    size_t step = stride(ast_store((AstSum)f->sum));
    for (int i = 0; !is_error(made) && i < list->n; i++) {
        if (!list_append_take(made, one(f, list->at + (size_t)i * step)))
            return ERROR;
    }
    return give(made);
}

static bool set_position(Object *o, const Node *node)
{
    static const char *const names[] = { "lineno", "col_offset", "end_lineno", "end_col_offset" };
    const int at[] = { node->lineno, node->col_offset, node->end_lineno, node->end_col_offset };
    for (int i = 0; i < 4; i++)
        if (!instance_set(o, str_name_peek(names[i]), int_value(at[i])))
            return false;
    return true;
}

Value ast_from_tree(const Node *node)
{
    const AstClass *class = &ast_classes[node->kind];
    if (!stack_enter(" during ast construction"))
        return ERROR;
    own Value made = instance_new(as_type(ast_node_classes[node->kind]));
    bool good = !is_error(made);
    for (int i = 0; good && i < class->n_fields; i++) {
        const AstField *f = &class->fields[i];
        const char *at = (const char *)node + f->offset;
        if (!ast_field_shown(f) && ((const AnyList *)at)->n == 0)
            continue;
        own Value v = f->count == AST_SEQ ? sequence(f, (const AnyList *)at) : one(f, at);
        good = !is_error(v) && instance_set(as_obj(made), ast_field_name_peek(f), v);
    }
    good = good && (!ast_has_position(node->kind) || set_position(as_obj(made), node));
    stack_leave();
    return good ? give(made) : ERROR;
}
