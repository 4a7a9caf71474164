/* literal.c -- what a literal cannot do. */
#include "interp/compile/literal.h"
#include "interp/object/bytes.h"
#include "interp/object/int.h"
#include "interp/object/set.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

/* The type of what the expression surely makes ("list", "str" ...); NULL: unknown. */
static const char *known_type(Unit *u, const Node *e)
{
    Value v;
    switch (e->kind) {
    case NODE_Tuple: return "tuple";
    case NODE_List: case NODE_ListComp: return "list";
    case NODE_Dict: case NODE_DictComp: return "dict";
    case NODE_Set: case NODE_SetComp: return "set";
    case NODE_GeneratorExp: return "generator";
    case NODE_Lambda: return "function";
    case NODE_JoinedStr: case NODE_FormattedValue: return "str";
    default: return fold_value(u->c, e, &v) ? type_name(v) : NULL;
    }
}

void warn_if_not_callable(Unit *u, const Node *e)
{
    const char *type = e->kind == NODE_Lambda ? NULL : known_type(u, e);
    if (type)
        context_warn(u->c, u->at, "'%.200s' object is not callable; perhaps you missed a comma?", type);
}

void warn_if_not_subscriptable(Unit *u, const Node *e)
{
    Value v;
    bool literal = e->kind == NODE_Set || e->kind == NODE_SetComp || e->kind == NODE_GeneratorExp || e->kind == NODE_Lambda;
    if (!literal && fold_value(u->c, e, &v))
        literal = is_none(v) || same(v, ELLIPSIS) || int_check(v) || is_float(v) || is_exact(v, &frozenset_type) || (is_ptr(v) && !str_exact(v) && !tuple_exact(v) && !bytes_check(v));
    if (literal)
        context_warn(u->c, u->at, "'%.200s' object is not subscriptable; perhaps you missed a comma?", known_type(u, e));
}

void warn_if_bad_index(Unit *u, const Node *e, const Node *index)
{
    Value v;
    const char *index_type = known_type(u, index);
    if (!index_type || index->kind == NODE_Slice || (fold_value(u->c, index, &v) && int_check(v)))
        return;
    bool sequence = e->kind == NODE_Tuple || e->kind == NODE_List || e->kind == NODE_ListComp || e->kind == NODE_JoinedStr || e->kind == NODE_FormattedValue;
    if (!sequence && fold_value(u->c, e, &v))
        sequence = str_exact(v) || tuple_exact(v) || bytes_check(v);
    if (sequence)
        context_warn(u->c, u->at, "%.200s indices must be integers or slices, not %.200s; perhaps you missed a comma?", known_type(u, e), index_type);
}
