/* bind.c -- see bind.h. The order of checks is CPython's: keywords, too many, missing, missing keyword-only. */
#include "interp/vm/bind.h"
#include <stdio.h>
#include <stdlib.h>
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

enum { N_SCRATCH = 64 };

static void too_many(const Function *f, size_t given, const Value *regs)
{
    const Code *code = f->code;
    size_t n_defaults = is_none(f->defaults) ? 0 : tuple_len(f->defaults), kwonly_given = 0;
    for (unsigned i = code->n_args; i < (unsigned)code->n_args + code->n_kwonly; i++)
        kwonly_given += !is_unbound(regs[i]);
    char takes[64], extra[96] = "";
    bool plural;
    if (n_defaults) {
        snprintf(takes, sizeof takes, "from %zu to %u", code->n_args - n_defaults, code->n_args);
        plural = true;
    } else {
        snprintf(takes, sizeof takes, "%u", code->n_args);
        plural = code->n_args != 1;
    }
    if (kwonly_given)
        snprintf(extra, sizeof extra, " positional argument%s (and %zu keyword-only argument%s)", given != 1 ? "s" : "", kwonly_given, kwonly_given != 1 ? "s" : "");
    error_set(TypeError, "%S() takes %s positional argument%s but %zu%s %s given", f->qualname, takes, plural ? "s" : "", given, extra,
              given == 1 && !kwonly_given ? "was" : "were");
}

/* "f() missing 2 required positional arguments: 'a' and 'b'" */
static void missing(const Function *f, const char *kind, const Value *regs, unsigned from, unsigned to)
{
    const Code *code = f->code;
    StrBuilder text = { 0 };
    unsigned n = 0, done = 0;
    for (unsigned i = from; i < to; i++)
        n += is_unbound(regs[i]);
    bool ok = true;
    for (unsigned i = from; i < to && ok; i++) {
        if (!is_unbound(regs[i]))
            continue;
        own Value name = str_repr(tuple_peek(code->varnames, i));
        const char *before = done == 0 ? "" : done + 1 < n ? ", " : n == 2 ? " and " : ", and ";
        ok = !is_error(name) && str_builder_ascii(&text, before, strlen(before)) && str_builder_str(&text, name);
        done++;
    }
    own Value names = str_builder_end(&text, ok);
    if (!is_error(names))
        error_set(TypeError, "%S() missing %u required %s argument%s: %S", f->qualname, n, kind, n == 1 ? "" : "s", names);
}

/* Absent parameters get their defaults, or the call fails. */
static bool fill_defaults(Function *f, Value *regs, size_t n_pos)
{
    const Code *code = f->code;
    if (n_pos < code->n_args) {
        size_t n_defaults = is_none(f->defaults) ? 0 : tuple_len(f->defaults), first = code->n_args - (n_defaults < code->n_args ? n_defaults : code->n_args);
        for (size_t i = n_pos; i < first; i++) {
            if (UNLIKELY(is_unbound(regs[i]))) {
                missing(f, "positional", regs, 0, (unsigned)first);
                return false;
            }
        }
        size_t shift = n_defaults - (code->n_args - first);
        for (size_t i = n_pos > first ? n_pos : first; i < code->n_args; i++)
            if (is_unbound(regs[i]))
                regs[i] = retain(tuple_peek(f->defaults, i - first + shift));
    }
    unsigned end = (unsigned)code->n_args + code->n_kwonly;
    bool lacking = false;
    for (unsigned i = code->n_args; i < end; i++) {
        if (!is_unbound(regs[i]))
            continue;
        Value v = UNBOUND;
        if (!is_none(f->kwdefaults) && dict_find((Dict *)as_obj(f->kwdefaults), tuple_peek(code->varnames, i), &v) == FAILED)
            return false;
        regs[i] = v;
        lacking |= is_unbound(v);
    }
    if (UNLIKELY(lacking))
        missing(f, "keyword-only", regs, code->n_args, end);
    return !lacking;
}

/* The register of parameter `name`; -1: none; -2: failed. */
static int parameter(const Code *code, Value name)
{
    unsigned n = (unsigned)code->n_args + code->n_kwonly;
    for (unsigned i = code->n_posonly; i < n; i++)
        if (same(tuple_peek(code->varnames, i), name))
            return (int)i;
    for (unsigned i = code->n_posonly; i < n; i++) {
        Truth equal = obj_equal(tuple_peek(code->varnames, i), name);
        if (equal == TRUTH_FAILED)
            return -2;
        if (equal)
            return (int)i;
    }
    return -1;
}

/* Positional-only parameters given by keyword: say which; else the keyword is unknown. */
static void unexpected(const Function *f, Value kwnames, Value keyword)
{
    const Code *code = f->code;
    StrBuilder text = { 0 };
    bool any = false, ok = true;
    for (unsigned i = 0; i < code->n_posonly && ok; i++) {
        Value name = tuple_peek(code->varnames, i);
        int64_t found = tuple_find(kwnames, name);
        if (found == -2)
            error_clear();
        if (found < 0)
            continue;
        ok = (!any || str_builder_ascii(&text, ", ", 2)) && str_builder_str(&text, name);
        any = true;
    }
    own Value names = str_builder_end(&text, ok);
    if (is_error(names))
        return;
    if (any)
        error_set(TypeError, "%S() got some positional-only arguments passed as keyword arguments: '%S'", f->qualname, names);
    else
        error_set(TypeError, "%S() got an unexpected keyword argument '%S'", f->qualname, keyword);
}

static bool bind_keywords(Function *f, Value *regs, const Value *values, Value kwnames, Dict *rest)
{
    const Code *code = f->code;
    for (uint64_t i = 0; i < tuple_len(kwnames); i++) {
        Value name = tuple_peek(kwnames, i);
        if (!str_check(name))
            return raise_false(TypeError, "keywords must be strings");
        int reg = parameter(code, name);
        if (reg == -2)
            return false;
        if (reg < 0) {
            if (!rest) {
                unexpected(f, kwnames, name);
                return false;
            }
            if (!dict_set(rest, name, values[i]))
                return false;
            continue;
        }
        if (!is_unbound(regs[reg]))
            return raise_false(TypeError, "%S() got multiple values for argument '%S'", f->qualname, name);
        regs[reg] = retain(values[i]);
    }
    return true;
}

bool bind_registers_from(Function *f, Value *regs, const Value *args, size_t n_pos, const Value *kw_values, Value kwnames)
{
    const Code *code = f->code;
    size_t n_kw = is_none(kwnames) || is_unbound(kwnames) ? 0 : tuple_len(kwnames), n_taken = n_pos < code->n_args ? n_pos : code->n_args;
    for (size_t i = 0; i < n_taken; i++)
        regs[i] = retain(args[i]);
    for (size_t i = n_taken; i < code->n_named; i++)
        regs[i] = UNBOUND;
    unsigned next = (unsigned)code->n_args + code->n_kwonly;
    bool ok = true;
    if (code->flags & CODE_VARARGS) {
        Value rest = tuple_from(args + n_taken, n_pos - n_taken);
        ok = !is_error(rest);
        regs[next++] = ok ? rest : UNBOUND;
    }
    Dict *rest = NULL;
    if (ok && (code->flags & CODE_VARKEYWORDS)) {
        Value dict = dict_new();
        ok = !is_error(dict);
        regs[next] = ok ? dict : UNBOUND;
        rest = ok ? as_dict(dict) : NULL;
    }
    if (ok && n_kw)
        ok = bind_keywords(f, regs, kw_values, kwnames, rest);
    if (ok && n_pos > code->n_args && !(code->flags & CODE_VARARGS)) {
        too_many(f, n_pos, regs);
        ok = false;
    }
    if (ok && (n_pos < code->n_args || code->n_kwonly))
        ok = fill_defaults(f, regs, n_pos);
    if (!ok) {
        ErrorState error = error_save();
        for (unsigned i = 0; i < code->n_params; i++)
            set_slot(&regs[i], UNBOUND);
        error_restore(error);
    }
    return ok;
}

bool bind_registers_take(Function *f, Value *regs, size_t n_pos, Value kwnames)
{
    const Code *code = f->code;
    size_t n_kw = is_none(kwnames) || is_unbound(kwnames) ? 0 : tuple_len(kwnames);
    if (n_kw == 0 && n_pos <= code->n_args && !(code->flags & (CODE_VARARGS | CODE_VARKEYWORDS))) {
        for (size_t i = n_pos; i < code->n_named; i++)
            regs[i] = UNBOUND;
        if (LIKELY((n_pos == code->n_args && !code->n_kwonly) || fill_defaults(f, regs, n_pos)))
            return true;
        ErrorState error = error_save();
        for (size_t i = 0; i < code->n_params; i++)
            set_slot(&regs[i], UNBOUND);
        error_restore(error);
        return false;
    }
    size_t n = n_pos + n_kw;
    Value scratch[N_SCRATCH], *source = n <= N_SCRATCH ? scratch : malloc(n * sizeof(Value));
    if (source)
        memcpy(source, regs, n * sizeof(Value));
    for (size_t i = 0; i < n; i++) {
        if (!source)
            release(regs[i]);
        regs[i] = UNBOUND;
    }
    if (!source)
        return raise_memory_false();
    bool ok = bind_registers_from(f, regs, source, n_pos, source + n_pos, kwnames);
    if (ok) {
        for (size_t i = 0; i < n; i++)
            release(source[i]);
    } else {
        ErrorState error = error_save();
        for (size_t i = 0; i < n; i++)
            release(source[i]);
        error_restore(error);
    }
    if (source != scratch)
        free(source);
    return ok;
}

bool bind_permutation(const Function *f, size_t n_pos, Value kwnames, uint64_t *permutation)
{
    const Code *code = f->code;
    size_t n_kw = tuple_len(kwnames);
    unsigned n = (unsigned)code->n_args + code->n_kwonly;
    if (n_kw > 8 || n > 255 || (code->flags & (CODE_VARARGS | CODE_VARKEYWORDS)) || n_pos > code->n_args)
        return false;
    *permutation = 0;
    for (size_t i = 0; i < n_kw; i++) {
        unsigned reg = code->n_posonly > n_pos ? code->n_posonly : (unsigned)n_pos;
        while (reg < n && !same(tuple_peek(code->varnames, reg), tuple_peek(kwnames, i)))
            reg++;
        if (reg == n)
            return false;
        *permutation |= (uint64_t)reg << 8 * i;
    }
    return true;
}

bool bind_permuted_take(Function *f, Value *regs, size_t n_pos, size_t n_kw, uint64_t permutation)
{
    const Code *code = f->code;
    Value moved[8];
    for (size_t i = 0; i < n_kw; i++)
        moved[i] = regs[n_pos + i];
    for (size_t i = n_pos; i < code->n_named || i < n_pos + n_kw; i++)
        regs[i] = UNBOUND;
    for (size_t i = 0; i < n_kw; i++, permutation >>= 8)
        regs[permutation & 255] = moved[i];
    if (LIKELY(n_pos + n_kw == code->n_params) || LIKELY(fill_defaults(f, regs, n_pos)))
        return true;
    ErrorState error = error_save();
    for (size_t i = 0; i < code->n_params; i++)
        set_slot(&regs[i], UNBOUND);
    error_restore(error);
    return false;
}
