/* class.c -- a class body is code that runs in a mapping; __build_class__ gets it as a function. */
#include "interp/compile/class.h"
#include "interp/compile/call.h"
#include "interp/compile/function.h"
#include "interp/compile/type_params.h"

void setup_annotations(Unit *u)
{
    if (u->scope->has_annotations)
        emit_a(u, OP_CODE_SETUP_ANNOTATIONS, 0);
}

static void store_name(Unit *u, const char *name, Reg r) { place_store(u, place_of_ident(u, ident_c(u->c, name)), r); }

static void store_constant(Unit *u, const char *name, Value v)
{
    int height = u->height;
    Reg t = temp_push(u);
    emit_load(u, t, v);
    store_name(u, name, t);
    u->height = height;
}

/* What the class machinery wants in the namespace before and after the statements. */
static void class_prologue(Unit *u, const Node *s)
{
    for (size_t i = 0; i < u->cells.n; i++)
        emit_a(u, OP_CODE_MAKE_CELL, place_cell_register(u, u->cells.at[i]));
    emit_a(u, OP_CODE_RESUME, 0);
    int height = u->height;
    Reg t = temp_push(u);
    place_load(u, place_of_ident(u, ident_c(u->c, "__name__")), t);
    store_name(u, "__module__", t);
    u->height = height;
    store_constant(u, "__qualname__", u->qualname);
    if (u->scope->needs_class_dict) {
        t = temp_push(u);
        emit_a(u, OP_CODE_LOAD_LOCALS, t);
        emit_ab(u, OP_CODE_STORE_CELL, place_cell_register(u, ident_c(u->c, "__classdict__")), t);
        u->height = height;
    }
    if (s->ClassDef.type_params.n) {
        t = temp_push(u);
        emit_ab(u, OP_CODE_LOAD_FREE, t, (Reg)unit_free_index(u, ident_c(u->c, ".type_params")));
        store_name(u, "__type_params__", t);
        u->height = height;
    }
}

static void class_epilogue(Unit *u)
{
    if (u->state.dead)
        return;
    u->at = NO_SPAN;
    if (!u->scope->needs_class_closure) {
        emit_bc(u, OP_CODE_RETURN_K, 0, unit_const(u, NONE));
        unit_dead_end(u);
        return;
    }
    Reg t = temp_push(u), copy = temp_push(u);
    emit_ab(u, OP_CODE_LOAD_CELL_REF, t, place_cell_register(u, ident_c(u->c, "__class__")));
    emit_ab(u, OP_CODE_COPY, copy, t);
    store_name(u, "__classcell__", copy);
    emit_a(u, OP_CODE_RETURN, t);
    unit_dead_end(u);
}

static void class_body(Compiler *c, const Node *s, int first_line, Reg base)
{
    Scope *scope = scope_of(c, s);
    if (!unit_open(c, scope, ident_of(c, s->ClassDef.name), first_line, NULL))
        return;
    Unit *u = c->unit;
    u->flags = CODE_CLASS_BODY | (c->flags & COMPILE_FUTURE_ALL) | (scope->nested ? CODE_NESTED : 0);
    class_prologue(u, s);
    int skip;
    Value doc = docstring_of(u, s->ClassDef.body, &skip);
    setup_annotations(u);
    if (skip && !is_none(doc)) {
        at_node(u, s->ClassDef.body.at[0]);
        store_constant(u, "__doc__", doc);
    }
    stmts(u, (NodeList){ s->ClassDef.body.at + skip, s->ClassDef.body.n - skip });
    class_epilogue(u);
    closure_end(c, base, 0);
}

/* Calls __build_class__(body, name, *bases, **keywords); the class is left at base. extra: one more base in the top temporary's place. */
static void build_class(Unit *u, const Node *s, int first_line, Reg base, const Node *generic_base)
{
    Compiler *c = u->c;
    assert(c->failed || is_top(u, base));
    emit_a(u, OP_CODE_LOAD_BUILD_CLASS, base);
    Reg body = temp_push(u);
    class_body(c, s, first_line, body);
    if (c->failed)
        return;
    emit_load(u, temp_push(u), ident_str_peek(c, ident_of(c, s->ClassDef.name)));
    NodeList bases = s->ClassDef.bases;
    if (generic_base) {
        Node **more = context_alloc(c, (size_t)(bases.n + 1) * sizeof *more);
        if (!more)
            return;
        if (bases.n)
            memcpy(more, bases.at, (size_t)bases.n * sizeof *more);
        more[bases.n] = (Node *)generic_base;
        bases = (NodeList){ more, bases.n + 1 };
    }
    emit_call(u, base, 2, bases, s->ClassDef.keywords, base);
    u->height = base - TEMP_BASE + 1;
}

/* Generic[*params] in a register variable, and a tree node that reads it as one more base. */
static Node *generic_base(Unit *u, const Node *s, Reg params)
{
    Compiler *c = u->c;
    Ident *hidden = ident_c(c, ".generic_base");
    Text *text = hidden ? ast_text(&c->arena, hidden->text, hidden->len) : NULL;
    Node *name = ast_new(&c->arena, NODE_Name);
    Symbol *y = hidden ? scope_symbol(c, u->scope, hidden) : NULL;
    if (!text || !name || !y) {
        if (!c->failed)
            error_set_memory(), context_fail(c);
        return NULL;
    }
    y->flags |= DEF_LOCAL;
    y->reach = LOCAL;
    name->lineno = s->lineno, name->end_lineno = s->end_lineno, name->col_offset = s->col_offset, name->end_col_offset = s->end_col_offset;
    name->Name.id = text;
    name->Name.ctx = NODE_Load;
    int height = u->height;
    Reg t = temp_push(u), level = temp_push(u);
    emit_load(u, t, NONE);
    emit_load(u, level, small_int_value(0));
    emit(u, OP_CODE_IMPORT_NAME, 0, t, 0, unit_name(u, ident_c(c, "_ouro_typing")));
    emit(u, OP_CODE_LOAD_ATTR, 0, t, t, unit_name(u, ident_c(c, "generic_base")));
    emit_ab(u, OP_CODE_COPY, level, params);
    emit(u, OP_CODE_CALL, 0, t, 1, t);
    place_store(u, place_of_ident(u, hidden), t);
    u->height = height;
    return name;
}

static void generic_class(Unit *u, const Node *s, int first_line, Reg base)
{
    Compiler *c = u->c;
    if (!type_scope_open(c, s, s->ClassDef.name, first_line))
        return;
    Unit *inner = c->unit;
    inner->private_ = ident_of(c, s->ClassDef.name);
    closure_begin(inner);
    at_node(inner, s);
    Reg params = push_type_params(inner, s->ClassDef.type_params);
    Node *generic = generic_base(inner, s, params);
    place_store(inner, place_of_ident(inner, ident_c(c, ".type_params")), params);
    inner->height = params - TEMP_BASE;
    Reg class_ = temp_push(inner);
    if (generic)
        build_class(inner, s, first_line, class_, generic);
    type_scope_end(c, class_, base);
    emit(u, OP_CODE_CALL, 0, base, 0, base);
}

void class_stmt(Unit *u, const Node *s)
{
    int height = u->height;
    NodeList decorators = s->ClassDef.decorator_list;
    int first_line = push_decorators(u, s, decorators);
    Reg base = temp_push(u);
    at_node(u, s);
    if (s->ClassDef.type_params.n)
        generic_class(u, s, first_line, base);
    else
        build_class(u, s, first_line, base, NULL);
    store_decorated(u, s, s->ClassDef.name, decorators, base);
    u->height = height;
}
