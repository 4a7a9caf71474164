/* pattern.c -- match statements (PEP 634).
 *
 * The subject lies in a hidden variable, so tests read it in place. Names are bound only when the whole pattern has matched: until then
 * their values wait in temporaries taken at the start of the case, one a name. Where a test fails there may be temporaries above those;
 * each height has its own failure label, and the chain of labels empties them one by one. */
#include "interp/compile/pattern.h"
#include "interp/compile/condition.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

typedef struct Capture { Ident *ident; const Text *name; Span at; bool stored; } Capture;
typedef struct Captures { Capture *at; int n, cap; Reg first; } Captures;

typedef struct Attempt {         /* one pattern, or one alternative of an or-pattern */
    Captures *captures;
    int base;                    /* height below which nothing is touched on failure */
    Label *fail; int cap_fail;   /* by height - base; -1: unused */
    bool may_be_irrefutable;
} Attempt;

static void pattern(Unit *u, const Node *p, Reg s, Attempt *a);

/* --- failure ----------------------------------------------------------------------------------------------- */
static Label failure(Unit *u, Attempt *a)
{
    int i = u->height - a->base;
    assert(i >= 0);
    if (i >= a->cap_fail) {
        int cap = i + 16;
        Label *fail = context_alloc(u->c, (size_t)cap * sizeof *fail);
        if (!fail)
            return label_new(u);
        for (int k = 0; k < cap; k++)
            fail[k] = k < a->cap_fail ? a->fail[k] : -1;
        a->fail = fail;
        a->cap_fail = cap;
    }
    if (a->fail[i] < 0)
        a->fail[i] = label_new(u);
    return a->fail[i];
}

static void place_failures(Unit *u, const Attempt *a)
{
    for (int i = a->cap_fail - 1; i >= 0; i--) {
        if (a->fail[i] >= 0)
            label_place(u, a->fail[i]);
        if (i > 0)
            emit_a(u, OP_CODE_CLEAR, (Reg)(TEMP_BASE + a->base + i - 1));
    }
}

static void consume(Unit *u, Reg s)
{
    if (is_temp(s))
        emit_a(u, OP_CODE_CLEAR, s);
}

static void fail_unless(Unit *u, Attempt *a, Reg t)
{
    u->height = t - TEMP_BASE;
    emit_jump(u, OP_CODE_JUMP_FALSE, 0, t, 0, failure(u, a));
}

/* --- names ------------------------------------------------------------------------------------------------- */
static void note_name(Unit *u, Captures *c, const Text *name)
{
    Ident *ident = ident_mangled(u->c, u->private_, name);
    for (int i = 0; i < c->n; i++)
        if (c->at[i].ident == ident)
            return;
    if (c->n == c->cap) {
        int cap = 2 * c->cap + 8;
        Capture *more = context_alloc(u->c, (size_t)cap * sizeof *more);
        if (!more)
            return;
        if (c->n)
            memcpy(more, c->at, (size_t)c->n * sizeof *more);
        c->at = more;
        c->cap = cap;
    }
    c->at[c->n++] = (Capture){ ident, name, u->at, false };
}

typedef struct Collect { Unit *u; Captures *captures; } Collect;

static bool collect_names(Node *n, void *context)
{
    Collect *k = context;
    switch (n->kind) {
    case NODE_MatchStar:
        if (n->MatchStar.name)
            note_name(k->u, k->captures, n->MatchStar.name);
        return true;
    case NODE_MatchAs:
        if (n->MatchAs.name)
            note_name(k->u, k->captures, n->MatchAs.name);
        break;
    case NODE_MatchMapping:
        if (n->MatchMapping.rest)
            note_name(k->u, k->captures, n->MatchMapping.rest);
        break;
    case NODE_MatchSequence: case NODE_MatchClass: case NODE_MatchOr: break;
    default: return true;
    }
    return ast_each_child(n, collect_names, k);
}

/* The value in s is what `name` will be bound to. */
static void capture(Unit *u, const Text *name, Reg s, Attempt *a)
{
    if (!name) {
        consume(u, s);
        return;
    }
    if (forbidden_name(u, name, NODE_Store, u->at))
        return;
    Ident *ident = ident_mangled(u->c, u->private_, name);
    for (int i = 0; i < a->captures->n; i++)
        if (a->captures->at[i].ident == ident) {
            if (a->captures->at[i].stored)
                context_error(u->c, u->at, "multiple assignments to name '%s' in pattern", name->at);
            a->captures->at[i].stored = true;
            emit_ab(u, OP_CODE_MOVE, (Reg)(a->captures->first + i), s);
            return;
        }
}

static bool is_wildcard(const Node *p) { return p->kind == NODE_MatchAs && !p->MatchAs.name; }
static bool is_star_wildcard(const Node *p) { return p->kind == NODE_MatchStar && !p->MatchStar.name; }

static void sub_pattern(Unit *u, const Node *p, Reg s, Attempt *a)
{
    bool old = a->may_be_irrefutable;
    a->may_be_irrefutable = true;
    pattern(u, p, s, a);
    a->may_be_irrefutable = old;
}

/* --- sequences --------------------------------------------------------------------------------------------- */
static void check_length(Unit *u, Reg s, int n, bool at_least, Attempt *a)
{
    Reg t = temp_push(u);
    emit_ab(u, OP_CODE_MATCH_LEN, t, s);
    u->height--;
    emit_jump(u, at_least ? OP_CODE_JGE_K : OP_CODE_JEQ_K, 0, t, unit_const16(u, small_int_value(n)), failure(u, a));
}

/* [a, *_, b]: the middle is not wanted, so items are fetched one by one. */
static void items_by_index(Unit *u, NodeList items, int star, Reg s, Attempt *a)
{
    for (int i = 0; i < items.n && !u->c->failed; i++) {
        const Node *p = items.at[i];
        if (is_wildcard(p) || i == star)
            continue;
        int height = u->height;
        Reg t = temp_push(u), index = temp_push(u);
        emit_ab(u, OP_CODE_COPY, t, s);
        if (i < star) {
            emit(u, OP_CODE_GETITEM_K, 0, t, t, unit_const16(u, small_int_value(i)));
        } else {
            emit_ab(u, OP_CODE_MATCH_LEN, index, s);
            emit(u, OP_CODE_SUB_K, 0, index, index, unit_const16(u, small_int_value(items.n - i)));
            emit(u, OP_CODE_GETITEM, 0, t, t, index);
        }
        u->height = height + 1;
        sub_pattern(u, p, t, a);
        u->height = height;
    }
    consume(u, s);
}

static void unpack_items(Unit *u, NodeList items, int star, Reg s, Attempt *a)
{
    int height = u->height;
    Reg first = temps_push(u, items.n);
    if (star < 0)
        emit(u, OP_CODE_UNPACK, 0, first, s, (Reg)items.n);
    else
        emit_cached(u, OP_CODE_UNPACK_EX, 0, first, s, (Reg)star, (uint64_t)(items.n - star - 1));
    for (int i = 0; i < items.n && !u->c->failed; i++)
        sub_pattern(u, items.at[i], (Reg)(first + i), a);
    u->height = height;
}

static void sequence_pattern(Unit *u, const Node *p, Reg s, Attempt *a)
{
    NodeList items = p->MatchSequence.patterns;
    int star = -1;
    bool only_wildcards = true, star_wildcard = false;
    for (int i = 0; i < items.n; i++) {
        if (items.at[i]->kind == NODE_MatchStar) {
            if (star >= 0) {
                context_error(u->c, u->at, "multiple starred names in sequence pattern");
                return;
            }
            star = i;
            star_wildcard = is_star_wildcard(items.at[i]);
            only_wildcards &= star_wildcard;
        } else {
            only_wildcards &= is_wildcard(items.at[i]);
        }
    }
    if (star >= 256) {
        context_error(u->c, u->at, "too many expressions in star-unpacking sequence pattern");
        return;
    }
    Reg t = temp_push(u);
    emit_ab(u, OP_CODE_MATCH_SEQUENCE, t, s);
    fail_unless(u, a, t);
    if (star < 0)
        check_length(u, s, items.n, false, a);
    else if (items.n > 1)
        check_length(u, s, items.n - 1, true, a);
    if (only_wildcards)
        consume(u, s);
    else if (star_wildcard)
        items_by_index(u, items, star, s, a);
    else
        unpack_items(u, items, star, s, a);
}

/* --- mappings, classes ------------------------------------------------------------------------------------- */
static void check_keys(Unit *u, const Node *p)
{
    NodeList keys = p->MatchMapping.keys;
    Value one, other;
    for (int i = 0; i < keys.n && !u->c->failed; i++) {
        bool literal = fold_value(u->c, keys.at[i], &one);
        if (!literal && keys.at[i]->kind != NODE_Attribute)
            context_error(u->c, u->at, "mapping pattern keys may only match literals and attribute lookups");
        for (int j = 0; literal && j < i; j++)
            if (fold_value(u->c, keys.at[j], &other) && obj_equal(one, other) == YES) {
                own Value repr = obj_repr(one);
                size_t len;
                const char *text = is_error(repr) ? NULL : str_utf8_peek(repr, &len);
                if (text)
                    context_error(u->c, span_of(p), "mapping pattern checks duplicate key (%s)", text);
                else
                    context_fail(u->c);
                return;
            }
    }
}

/* t = tuple of values or None: unpack it for the patterns, or fail. */
static Reg unpack_found(Unit *u, Reg t, int n, Attempt *a)
{
    Reg test = temp_push(u);
    emit_ab(u, OP_CODE_COPY, test, t);
    u->height = t - TEMP_BASE;                              /* None is an immediate: t is as good as dead */
    emit_jump(u, OP_CODE_JIS_K, 1, test, unit_const16(u, NONE), failure(u, a));
    Reg first = temps_push(u, n > 0 ? n : 1);
    if (n)
        emit(u, OP_CODE_UNPACK, 0, first, t, (Reg)n);
    else
        emit_a(u, OP_CODE_CLEAR, t);
    return first;
}

static void mapping_pattern(Unit *u, const Node *p, Reg s, Attempt *a)
{
    NodeList keys = p->MatchMapping.keys, patterns = p->MatchMapping.patterns;
    check_keys(u, p);
    int height = u->height;
    Reg t = temp_push(u);
    emit_ab(u, OP_CODE_MATCH_MAPPING, t, s);
    fail_unless(u, a, t);
    if (keys.n == 0 && !p->MatchMapping.rest) {
        consume(u, s);
        return;
    }
    if (keys.n)
        check_length(u, s, keys.n, true, a);
    Reg tuple = temp_next(u);
    for (int i = 0; i < keys.n && !u->c->failed; i++)
        expr_push(u, keys.at[i]);
    u->height = height;
    temp_push(u);
    emit(u, OP_CODE_BUILD_TUPLE, 0, tuple, tuple, (Reg)keys.n);
    Reg values = temp_push(u);
    emit(u, OP_CODE_MATCH_KEYS, 0, values, s, tuple);
    Reg first = unpack_found(u, values, keys.n, a);
    for (int i = 0; i < patterns.n && !u->c->failed; i++)
        sub_pattern(u, patterns.at[i], (Reg)(first + i), a);
    u->height = height + 1;
    if (p->MatchMapping.rest) {
        emit(u, OP_CODE_MATCH_REST, 0, tuple, s, tuple);
        capture(u, p->MatchMapping.rest, tuple, a);
    } else {
        emit_a(u, OP_CODE_CLEAR, tuple);
    }
    u->height = height;
    consume(u, s);
}

static int attribute_names(Unit *u, const Node *p)
{
    TextList names = p->MatchClass.kwd_attrs;
    Tuple *t = tuple_alloc((uint64_t)names.n);
    if (!t) {
        context_fail(u->c);
        return 0;
    }
    for (int i = 0; i < names.n; i++) {
        Ident *ident = ident_of(u->c, names.at[i]);
        for (int j = 0; j < i; j++)
            if (same(t->items[j], ident_str_peek(u->c, ident)))
                context_error(u->c, span_of(p->MatchClass.kwd_patterns.at[i]), "attribute name repeated in class pattern: %s", names.at[i]->at);
        t->items[i] = retain(ident_str_peek(u->c, ident));
    }
    return unit_const_take(u, obj_value(t));
}

static void class_pattern(Unit *u, const Node *p, Reg s, Attempt *a)
{
    NodeList positional = p->MatchClass.patterns, keyword = p->MatchClass.kwd_patterns;
    for (int i = 0; i < p->MatchClass.kwd_attrs.n && !u->c->failed; i++)
        forbidden_name(u, p->MatchClass.kwd_attrs.at[i], NODE_Store, span_of(keyword.at[i]));
    int height = u->height;
    Reg t = expr_push(u, p->MatchClass.cls);
    uint64_t names = (uint64_t)attribute_names(u, p);
    emit_cached(u, OP_CODE_MATCH_CLASS, 0, t, s, t, (uint64_t)positional.n | names << 32);
    Reg first = unpack_found(u, t, positional.n + keyword.n, a);
    for (int i = 0; i < positional.n + keyword.n && !u->c->failed; i++)
        sub_pattern(u, i < positional.n ? positional.at[i] : keyword.at[i - positional.n], (Reg)(first + i), a);
    u->height = height;
    consume(u, s);
}

/* --- the rest ---------------------------------------------------------------------------------------------- */
static void value_pattern(Unit *u, const Node *p, Reg s, Attempt *a)
{
    const Node *value = p->MatchValue.value;
    Value v;
    if (!fold_value(u->c, value, &v) && value->kind != NODE_Attribute) {
        context_error(u->c, u->at, "patterns may only match literals and attribute lookups");
        return;
    }
    int k = expr_small_const(u, value), height = u->height;
    if (k >= 0) {
        emit_jump(u, OP_CODE_JEQ_K, 0, s, (Reg)k, failure(u, a));
        return;
    }
    Reg t = expr_push(u, value);
    u->height = height;
    emit_jump(u, OP_CODE_JEQ, 0, s, t, failure(u, a));
}

static void singleton_pattern(Unit *u, const Node *p, Reg s, Attempt *a)
{
    int k = unit_const_take(u, fold_constant(&p->MatchSingleton.value));
    emit_jump(u, OP_CODE_JIS_K, 0, s, (Reg)k, failure(u, a));
}

static void as_pattern(Unit *u, const Node *p, Reg s, Attempt *a)
{
    if (!p->MatchAs.pattern) {
        if (!a->may_be_irrefutable) {
            if (p->MatchAs.name)
                context_error(u->c, u->at, "name capture '%s' makes remaining patterns unreachable", p->MatchAs.name->at);
            else
                context_error(u->c, u->at, "wildcard makes remaining patterns unreachable");
        }
        capture(u, p->MatchAs.name, s, a);
        return;
    }
    int height = u->height;
    Reg copy = s;
    if (is_temp(s))
        emit_ab(u, OP_CODE_COPY, copy = temp_push(u), s);
    pattern(u, p->MatchAs.pattern, copy, a);
    u->height = height;
    capture(u, p->MatchAs.name, s, a);
}

/* Each alternative must bind the same names. */
static bool same_names(const Captures *c, const bool *before, const bool *first)
{
    for (int i = 0; i < c->n; i++)
        if ((c->at[i].stored && !before[i]) != first[i])
            return false;
    return true;
}

static void or_pattern(Unit *u, const Node *p, Reg s, Attempt *a)
{
    NodeList list = p->MatchOr.patterns;
    Captures *c = a->captures;
    bool *before = context_alloc(u->c, (size_t)(2 * c->n + 1) * sizeof *before), *first = before + c->n;
    if (!before)
        return;
    for (int i = 0; i < c->n; i++)
        before[i] = c->at[i].stored;
    int height = u->height;
    Label matched = label_new(u);
    for (int i = 0; i < list.n && !u->c->failed; i++) {
        Attempt one = { .captures = c, .base = height, .may_be_irrefutable = a->may_be_irrefutable && i == list.n - 1 };
        for (int k = 0; k < c->n; k++)
            c->at[k].stored = before[k];
        Reg copy = s;
        if (is_temp(s))
            emit_ab(u, OP_CODE_COPY, copy = temp_push(u), s);
        pattern(u, list.at[i], copy, &one);
        u->height = height;
        for (int k = 0; i == 0 && k < c->n; k++)
            first[k] = c->at[k].stored && !before[k];
        if (!u->c->failed && !same_names(c, before, first))
            context_error(u->c, u->at, "alternative patterns bind different names");
        emit_goto(u, matched);
        place_failures(u, &one);
    }
    emit_goto(u, failure(u, a));
    label_place(u, matched);
    consume(u, s);
}

static void pattern(Unit *u, const Node *p, Reg s, Attempt *a)
{
    if (!context_enter(u->c))
        return;
    at_node(u, p);                                          /* and there it stays: errors of the pattern around are placed at its last part */
    switch (p->kind) {
    case NODE_MatchValue: value_pattern(u, p, s, a); break;
    case NODE_MatchSingleton: singleton_pattern(u, p, s, a); break;
    case NODE_MatchSequence: sequence_pattern(u, p, s, a); break;
    case NODE_MatchMapping: mapping_pattern(u, p, s, a); break;
    case NODE_MatchClass: class_pattern(u, p, s, a); break;
    case NODE_MatchStar: capture(u, p->MatchStar.name, s, a); break;
    case NODE_MatchAs: as_pattern(u, p, s, a); break;
    default: or_pattern(u, p, s, a); break;
    }
    context_leave(u->c);
}

static void match_case(Unit *u, const Node *k, Reg subject, bool last, Label end)
{
    const Node *p = k->match_case.pattern;
    int height = u->height;
    Captures captures = { 0 };
    Collect collect = { u, &captures };
    at_node(u, p);
    if (last)
        emit_line(u);                                       /* `case _` makes no instruction */
    collect_names((Node *)p, &collect);
    captures.first = temps_push(u, captures.n);
    Attempt a = { .captures = &captures, .base = height, .may_be_irrefutable = last || k->match_case.guard };
    pattern(u, p, subject, &a);
    for (int i = 0; i < captures.n && !u->c->failed; i++)
        place_store(u, place_of(u, captures.at[i].name), (Reg)(captures.first + i));
    u->height = height;
    if (k->match_case.guard)
        expr_jump(u, k->match_case.guard, failure(u, &a), false);
    u->at = NO_SPAN;
    emit_a(u, OP_CODE_CLEAR, subject);
    stmts(u, k->match_case.body);
    emit_goto(u, end);
    u->at = span_of(p);
    place_failures(u, &a);
}

void match_stmt(Unit *u, const Node *s)
{
    Ident *name = ident_c(u->c, "match");
    Reg subject = hidden_take(u, name);
    Label end = label_new(u);
    expr_to(u, s->Match.subject, subject);
    state_bind(u, subject);
    for (int i = 0; i < s->Match.cases.n && !u->c->failed; i++)
        match_case(u, s->Match.cases.at[i], subject, i == s->Match.cases.n - 1, end);
    u->at = NO_SPAN;
    emit_a(u, OP_CODE_CLEAR, subject);
    label_place(u, end);
    state_unbind(u, subject);
    hidden_give(u, name, subject);
}
