/* call.c -- calls: arguments go straight into the callee's window. */
#include "interp/compile/call.h"
#include "interp/compile/display.h"
#include "interp/compile/literal.h"
#include "interp/compile/operator.h"
#include "interp/object/tuple.h"

enum { MAX_WINDOW = 2000 };      /* more arguments than this go by tuple */

static bool check_keywords(Unit *u, NodeList keywords)
{
    for (int i = 0; i < keywords.n; i++) {
        const Text *name = keywords.at[i]->keyword.arg;
        if (!name)
            continue;
        if (forbidden_name(u, name, NODE_Store, u->at))
            return false;
        for (int j = i + 1; j < keywords.n; j++) {
            const Text *other = keywords.at[j]->keyword.arg;
            if (other && other->len == name->len && !memcmp(other->at, name->at, name->len)) {
                context_error(u->c, span_of(keywords.at[j]), "keyword argument repeated: %s", name->at);
                return false;
            }
        }
    }
    return true;
}

static bool needs_spread(NodeList args, NodeList keywords)
{
    if (has_starred(args) || args.n + keywords.n > MAX_WINDOW)
        return true;
    for (int i = 0; i < keywords.n; i++)
        if (!keywords.at[i]->keyword.arg)
            return true;
    return false;
}

static int keyword_names(Unit *u, NodeList keywords, int from, int to)
{
    Tuple *t = tuple_alloc((uint64_t)(to - from));
    if (!t) {
        context_fail(u->c);
        return 0;
    }
    for (int i = from; i < to; i++)
        t->items[i - from] = retain(ident_str_peek(u->c, ident_of(u->c, keywords.at[i]->keyword.arg)));
    return unit_const_take(u, obj_value(t));
}

/* --- f(*args, **kwargs) ------------------------------------------------------------------------------------ */
static void push_spread_args(Unit *u, Reg base, int n_pushed, NodeList args)
{
    Reg t = (Reg)(base + 1);
    if (n_pushed == 0 && args.n == 0) {
        emit_load(u, temp_push(u), tuple_empty);
    } else if (n_pushed == 0 && args.n == 1 && args.at[0]->kind == NODE_Starred) {
        expr_to(u, args.at[0]->Starred.value, temp_push(u));
    } else if (n_pushed == 0 && !has_starred(args) && args.n <= MAX_WINDOW) {
        t = temp_push(u);
        Reg first = temp_next(u);
        for (int i = 0; i < args.n; i++)
            expr_push(u, args.at[i]);
        emit(u, OP_CODE_BUILD_TUPLE, 0, t, first, (Reg)args.n);
    } else {
        if (n_pushed == 0) {
            temp_push(u);
            build_list(u, args, t);
        } else {
            emit(u, OP_CODE_BUILD_LIST, 0, t, t, (Reg)n_pushed);
            u->height = t - TEMP_BASE + 1;
            Reg rest = temp_push(u);
            build_list(u, args, rest);
            emit_ab(u, OP_CODE_LIST_EXTEND, t, rest);
        }
        emit_a(u, OP_CODE_LIST_TO_TUPLE, t);
    }
    u->height = base - TEMP_BASE + 2;
}

static void push_spread_keywords(Unit *u, Reg base, NodeList keywords)
{
    Reg map = temp_push(u);
    bool begun = false;
    for (int i = 0; i < keywords.n && !u->c->failed;) {
        int n = 0;
        while (i + n < keywords.n && keywords.at[i + n]->keyword.arg && n < 100)
            n++;
        int height = u->height;
        if (n == 0) {
            if (!begun)
                emit(u, OP_CODE_BUILD_MAP, 0, map, map, 0);
            emit(u, OP_CODE_DICT_MERGE, 0, map, expr_bound(u, keywords.at[i]->keyword.value), base);
            i++;
        } else {
            Reg into = begun ? temp_push(u) : map, first = temp_next(u);
            for (int j = i; j < i + n; j++) {
                emit_load(u, temp_push(u), ident_str_peek(u->c, ident_of(u->c, keywords.at[j]->keyword.arg)));
                expr_push(u, keywords.at[j]->keyword.value);
            }
            emit(u, OP_CODE_BUILD_MAP, 0, into, first, (Reg)n);
            if (begun)
                emit(u, OP_CODE_DICT_MERGE, 0, map, into, base);
            i += n;
        }
        u->height = height;
        begun = true;
    }
}

/* --- windows ----------------------------------------------------------------------------------------------- */
void emit_call(Unit *u, Reg base, int n_pushed, NodeList args, NodeList keywords, Reg dest)
{
    Span at = u->at;
    if (!check_keywords(u, keywords))
        return;
    if (needs_spread(args, keywords)) {
        push_spread_args(u, base, n_pushed, args);
        if (keywords.n)
            push_spread_keywords(u, base, keywords);
        u->at = at;
        emit(u, OP_CODE_CALL_EX, keywords.n > 0, base, 0, dest);
        return;
    }
    for (int i = 0; i < args.n && !u->c->failed; i++)
        expr_push(u, args.at[i]);
    for (int i = 0; i < keywords.n && !u->c->failed; i++)
        expr_push(u, keywords.at[i]->keyword.value);
    Reg n = (Reg)(n_pushed + args.n + keywords.n);
    if (keywords.n)
        emit_cached(u, OP_CODE_CALL_KW, 0, base, n, dest, (uint64_t)keyword_names(u, keywords, 0, keywords.n));
    else
        emit(u, OP_CODE_CALL, 0, base, n, dest);
}

static void call_method(Unit *u, const Node *e, Reg dest)
{
    const Node *func = e->Call.func;
    NodeList args = e->Call.args, keywords = e->Call.keywords;
    if (!check_keywords(u, keywords))
        return;
    Reg base = temp_window(u, dest);
    Span call_at = u->at;
    at_node(u, func);
    if (is_super_attribute(u, func)) {
        at_attribute(u, func);
        super_attribute(u, func, base, true);
        temp_push(u);
    } else {
        Reg object = expr_operand(u, func->Attribute.value, base, NULL, NULL);
        u->height = base - TEMP_BASE + 1;
        temp_push(u);                                       /* self goes there */
        at_attribute(u, func);
        emit(u, OP_CODE_LOAD_METHOD, 0, base, object, unit_name(u, ident_mangled(u->c, u->private_, func->Attribute.attr)));
    }
    for (int i = 0; i < args.n && !u->c->failed; i++)
        expr_push(u, args.at[i]);
    for (int i = 0; i < keywords.n && !u->c->failed; i++)
        expr_push(u, keywords.at[i]->keyword.value);
    u->at = call_at;
    at_attribute(u, func);
    Reg n = (Reg)(args.n + keywords.n);
    if (keywords.n)
        emit_cached(u, OP_CODE_CALL_KW, 1, base, n, dest, (uint64_t)keyword_names(u, keywords, 0, keywords.n));
    else
        emit(u, OP_CODE_CALL_METHOD, 0, base, n, dest);
    u->at = call_at;
}

void call_to(Unit *u, const Node *e, Reg dest)
{
    const Node *func = e->Call.func;
    warn_if_not_callable(u, func);
    if (func->kind == NODE_Attribute && !needs_spread(e->Call.args, e->Call.keywords)) {
        call_method(u, e, dest);
        return;
    }
    Reg base = temp_window(u, dest);
    expr_to(u, func, base);
    emit_call(u, base, 0, e->Call.args, e->Call.keywords, dest);
}
