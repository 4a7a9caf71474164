/* re_match.c -- matches: where the groups are. */
#include "interp/modules/re/re_types.h"
#include "gc/heap.h"
#include "interp/base/buf.h"
#include "interp/builtins/arguments.h"
#include "interp/object/class.h"
#include "interp/object/dict.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

static const TraceRow trace_rows[] = {
    { TRACE_VALUE, offsetof(Match, pattern), 0, "re" }, { TRACE_VALUE, offsetof(Match, string), 0, "string" }, { 0 },
};

static size_t size_of(const Object *o) { return sizeof(Match) + 2 * sizeof(int64_t) * (size_t)((const Match *)o)->n_groups; }

Value re_match_new(Value pattern, const Subject *s, const int64_t *spans, int64_t pos)
{
    size_t n = as_pattern(pattern)->n_groups + 1, bytes = 2 * n * sizeof(int64_t);
    Match *m = heap_new(&re_match_type.shape, sizeof(Match) + bytes);
    if (!m)
        return raise_memory();
    m->pattern = retain(pattern);
    m->string = retain(s->string);
    m->pos = pos;
    m->endpos = (int64_t)s->len;
    m->n_groups = (int64_t)n;
    memcpy(m->spans, spans, bytes);
    return obj_value(m);
}

static Value slice(const Match *m, int64_t start, int64_t stop)
{
    if (LIKELY(str_check(m->string)))
        return str_slice(m->string, start, stop);
    Subject s;
    if (!re_subject_open(&s, as_pattern(m->pattern), m->string, 0, INT64_MAX))
        return ERROR;
    int64_t len = (int64_t)s.len;                    /* a bytearray may have shrunk */
    Value piece = re_subject_slice(&s, start > len ? len : start, stop > len ? len : stop);
    re_subject_close(&s);
    return piece;
}

static Value group_value(Value match, int64_t group, Value otherwise)
{
    const Match *m = as_match(match);
    assert(group >= 0 && group < m->n_groups);
    int64_t start = m->spans[2 * group];
    return start < 0 ? retain(otherwise) : slice(m, start, m->spans[2 * group + 1]);
}

/* The number of a group given by number or name; -1: IndexError. */
static int64_t group_number(const Match *m, Value key)
{
    int64_t i = -1;
    if (is_int(key))
        i = small_int(key);
    else if (type_of(key)->index) {
        if (!obj_index_i64(key, &i, NO_ERROR))
            return -1;
    } else {
        Value found = UNBOUND;
        if (dict_find(as_dict(as_pattern(m->pattern)->group_index), key, &found) == FAILED)
            error_clear();
        if (is_int(found))
            i = small_int(found);
    }
    if (i >= 0 && i < m->n_groups)
        return i;
    error_set(IndexError, "no such group");
    return -1;
}

static int64_t last_group(const Match *m)
{
    const ReProgram *program = &as_pattern(m->pattern)->program;
    int64_t best = -1;
    for (int64_t i = 1; i < m->n_groups; i++) {
        if (m->spans[2 * i] < 0)
            continue;
        if (best >= 0) {
            int64_t end = m->spans[2 * i + 1], best_end = m->spans[2 * best + 1];
            if (program->groups_repeat && end != best_end) {
                if (end < best_end)
                    continue;
            } else if (program->groups.at[i].close_order < program->groups.at[best].close_order) {
                continue;
            }
        }
        best = i;
    }
    return best;
}

/* --- expand ---------------------------------------------------------------------------------------------------------------------------- */
static Value join(const ReTemplate *t, Value match)
{
    bool is_text = as_pattern(as_match(match)->pattern)->is_text;
    StrBuilder text = { 0 };
    Buf bytes = { 0 };
    bool good = true;
    for (size_t i = 0; good && i <= t->n_groups; i++) {
        own Value group = i < t->n_groups ? group_value(match, t->groups[i], NONE) : NONE;
        Value parts[2] = { t->literals[i], group };
        good = !is_error(group);
        for (int k = 0; good && k < 2; k++) {
            if (is_none(parts[k]))
                continue;
            good = is_text ? str_builder_str(&text, parts[k]) : buf_add(&bytes, as_bytes(parts[k])->data, as_bytes(parts[k])->len) || raise_memory_false();
        }
    }
    own Value result = !good ? ERROR : is_text ? str_builder_finish(&text) : bytes_new(bytes.at, bytes.len);
    str_builder_free(&text);
    buf_free(&bytes);
    return give(result);
}

static Value expand(Value match, Value text)
{
    ReTemplate t;
    Pattern *p = as_pattern(as_match(match)->pattern);
    if (!re_template_parse(&t, p, text))
        return ERROR;
    own Value result = UNBOUND;
    if (str_check(text) != p->is_text)
        result = raise(TypeError, p->is_text ? "sequence item 0: expected str instance, %s found" : "sequence item 0: expected a bytes-like object, %s found", type_name(text));
    else
        result = join(&t, match);
    re_template_free(&t);
    return give(result);
}

/* --- methods ---------------------------------------------------------------------------------------------------------------------------- */

#define METHOD(name) static Value name(Value *args, size_t n)
#define MATCH as_match(args[0])

METHOD(m_group)
{
    if (n <= 1)
        return group_value(args[0], 0, NONE);
    if (n == 2) {
        int64_t i = group_number(MATCH, args[1]);
        return i < 0 ? ERROR : group_value(args[0], i, NONE);
    }
    Tuple *made = tuple_alloc(n - 1);
    own Value all = made ? obj_value(made) : ERROR;
    for (size_t k = 1; made && k < n; k++) {
        int64_t i = group_number(MATCH, args[k]);
        if (i < 0 || is_error(made->items[k - 1] = group_value(args[0], i, NONE))) {
            if (i >= 0)
                made->items[k - 1] = UNBOUND;
            return ERROR;
        }
    }
    return give(all);
}

METHOD(m_groups)
{
    (void)n;
    int64_t groups = MATCH->n_groups;
    Tuple *made = tuple_alloc((uint64_t)groups - 1);
    own Value all = made ? obj_value(made) : ERROR;
    for (int64_t i = 1; made && i < groups; i++) {
        Value v = group_value(args[0], i, is_unbound(args[1]) ? NONE : args[1]);
        if (is_error(v))
            return ERROR;
        made->items[i - 1] = v;
    }
    return give(all);
}

METHOD(m_groupdict)
{
    (void)n;
    own Value all = dict_new();
    Dict *names = as_dict(as_pattern(MATCH->pattern)->group_index);
    uint64_t at = 0;
    Value name, number;
    while (!is_error(all) && dict_next(names, &at, &name, &number)) {
        own Value v = group_value(args[0], small_int(number), is_unbound(args[1]) ? NONE : args[1]);
        if (is_error(v) || !dict_set(as_dict(all), name, v))
            return ERROR;
    }
    return give(all);
}

static Value bound(Value *args, int which)
{
    int64_t i = is_unbound(args[1]) ? 0 : group_number(MATCH, args[1]);
    if (i < 0)
        return ERROR;
    Value start = int_value(MATCH->spans[2 * i]), end = int_value(MATCH->spans[2 * i + 1]);
    return which == 0 ? start : which == 1 ? end : tuple_of2(start, end);
}
METHOD(m_start) { (void)n; return bound(args, 0); }
METHOD(m_end) { (void)n; return bound(args, 1); }
METHOD(m_span) { (void)n; return bound(args, 2); }
METHOD(m_expand) { (void)n; return expand(args[0], args[1]); }
METHOD(m_self) { (void)n; return retain(args[0]); }
METHOD(m_reduce) { (void)n; return raise(TypeError, "cannot pickle 're.Match' object"); }

static const Method methods[] = {
    { "group", "(...)", m_group, "group([group1, ...]) -> str or tuple.\nReturn subgroup(s) of the match by indices or names.\nFor 0 returns the entire match." },
    { "groups", "(self, /, default=None)", m_groups, "Return a tuple containing all the subgroups of the match, from 1." },
    { "groupdict", "(self, /, default=None)", m_groupdict, "Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name." },
    { "start", "(self, group=0, /)", m_start, "Return index of the start of the substring matched by group." },
    { "end", "(self, group=0, /)", m_end, "Return index of the end of the substring matched by group." },
    { "span", "(self, group=0, /)", m_span, "For match object m, return the 2-tuple (m.start(group), m.end(group))." },
    { "expand", "(self, /, template)", m_expand, "Return the string obtained by doing backslash substitution on the string template, as done by the sub() method." },
    { "__copy__", "(self, /)", m_self, NULL },
    { "__deepcopy__", "(self, memo, /)", m_self, NULL },
    { "__reduce__", "(self, /)", m_reduce, NULL },
    { "__reduce_ex__", "(self, protocol, /)", m_reduce, NULL },
    CLASS_GETITEM_ROW,
    { 0 },
};

/* --- attributes, slots ---------------------------------------------------------------------------------------------------------------------- */

static Value get_string(Value self) { return retain(as_match(self)->string); }
static Value get_re(Value self) { return retain(as_match(self)->pattern); }
static Value get_pos(Value self) { return int_value(as_match(self)->pos); }
static Value get_endpos(Value self) { return int_value(as_match(self)->endpos); }
static Value get_lastindex(Value self)
{
    int64_t i = last_group(as_match(self));
    return i < 0 ? NONE : int_value(i);
}
static Value get_lastgroup(Value self)
{
    int64_t i = last_group(as_match(self));
    Value name = i < 0 ? UNBOUND : as_pattern(as_match(self)->pattern)->program.groups.at[i].name;
    return is_unbound(name) ? NONE : retain(name);
}
static Value get_regs(Value self)
{
    Match *m = as_match(self);
    Tuple *made = tuple_alloc((uint64_t)m->n_groups);
    own Value all = made ? obj_value(made) : ERROR;
    for (int64_t i = 0; made && i < m->n_groups; i++) {
        Value pair = tuple_of2(int_value(m->spans[2 * i]), int_value(m->spans[2 * i + 1]));
        if (is_error(pair))
            return ERROR;
        made->items[i] = pair;
    }
    return give(all);
}

static Value repr(Value self)
{
    own Value text = group_value(self, 0, NONE);
    return is_error(text) ? ERROR : str_format("<re.Match object; span=(%lld, %lld), match=%R>", (long long)as_match(self)->spans[0],
                                               (long long)as_match(self)->spans[1], text);
}

static Value getitem(Value self, Value key)
{
    int64_t i = group_number(as_match(self), key);
    return i < 0 ? ERROR : group_value(self, i, NONE);
}

static const GetSet getsets[] = {
    { "string", get_string, NULL, "The string passed to match() or search()." },
    { "re", get_re, NULL, "The regular expression object." },
    { "pos", get_pos, NULL, "The index into the string at which the RE engine started looking for a match." },
    { "endpos", get_endpos, NULL, "The index into the string beyond which the RE engine will not go." },
    { "lastindex", get_lastindex, NULL, "The integer index of the last matched capturing group." },
    { "lastgroup", get_lastgroup, NULL, "The name of the last matched capturing group." },
    { "regs", get_regs, NULL, NULL },
    { 0 },
};

Type re_match_type = {
    .heap = { .head = STATIC_OBJECT(&type_type.shape), .name = "Match", .basic_size = sizeof(Match), .trace = trace_rows, .size_of = size_of,
              .heap_flags = HEAP_TYPE_VAR | HEAP_TYPE_UNTRACKED },
    .shape = { .type = &re_match_type.heap }, .bases = UNBOUND_INIT, .mro = UNBOUND_INIT, .qualname = UNBOUND_INIT, .module = UNBOUND_INIT,
    .flags = TYPE_NO_NEW, .repr = repr, .getitem = getitem, .methods = methods, .getsets = getsets, .module_name = "re",
    .doc = "The result of re.match() and re.search().\nMatch objects always have a boolean value of True.",
};
