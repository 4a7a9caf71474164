/* ast.c -- the tree as data: tables made from ast.def, and what needs nothing but them. */
#include "interp/syntax/ast.h"

#include <assert.h>
#include <string.h>

#include "interp/base/arena.h"

/* All fields in one array; the FIRST_ numbers below say where each class begins in it. */
static const AstField fields[] = {
#define ONE(kind, sum, field) { #field, AST_##sum, AST_ONE, offsetof(Node, kind.field) },
#define OPT(kind, sum, field) { #field, AST_##sum, AST_OPT, offsetof(Node, kind.field) },
#define SEQ(kind, sum, field) { #field, AST_##sum, AST_SEQ, offsetof(Node, kind.field) },
#include "interp/syntax/ast.def"
    { NULL, 0, 0, 0 },
};

enum {
#define NODE(kind, sum) FIRST_##kind, BACK_##kind = FIRST_##kind - 1,
#define ONE(kind, sum, field) FIELD_##kind##_##field,
#define OPT(kind, sum, field) FIELD_##kind##_##field,
#define SEQ(kind, sum, field) FIELD_##kind##_##field,
#define END(kind) LAST_##kind, AGAIN_##kind = LAST_##kind - 1,
#include "interp/syntax/ast.def"
};

const AstClass ast_classes[NODE_COUNT] = {
#define NODE(kind, sum) [NODE_##kind] = { #kind, AST_##sum, LAST_##kind - FIRST_##kind, \
        offsetof(Node, kind) + sizeof(((Node *)0)->kind), fields + FIRST_##kind },
#include "interp/syntax/ast.def"
};

const char *const ast_sum_names[AST_SUM_COUNT] = {
#define SUM(name, one, seq, positions) #name,
#include "interp/syntax/ast.def"
};

static const bool sum_positions[AST_SUM_COUNT] = {
#define SUM(name, one, seq, positions) positions,
#include "interp/syntax/ast.def"
};

AstStore ast_store(AstSum sum)
{
    switch (sum) {
    case AST_identifier: case AST_string: return STORE_TEXT;
    case AST_int: return STORE_INT;
    case AST_constant: return STORE_CONSTANT;
    case AST_expr_context: case AST_boolop: case AST_operator: case AST_unaryop: case AST_cmpop: return STORE_KIND;
    default: return STORE_NODE;
    }
}

bool ast_has_position(NodeKind kind)
{
    assert(kind < NODE_COUNT);
    return sum_positions[ast_classes[kind].sum];
}

const char *ast_op_symbol(NodeKind kind)
{
    switch (kind) {
    case NODE_And: return "and";
    case NODE_Or: return "or";
    case NODE_Add: case NODE_UAdd: return "+";
    case NODE_Sub: case NODE_USub: return "-";
    case NODE_Mult: return "*";
    case NODE_MatMult: return "@";
    case NODE_Div: return "/";
    case NODE_Mod: return "%";
    case NODE_Pow: return "**";
    case NODE_LShift: return "<<";
    case NODE_RShift: return ">>";
    case NODE_BitOr: return "|";
    case NODE_BitXor: return "^";
    case NODE_BitAnd: return "&";
    case NODE_FloorDiv: return "//";
    case NODE_Invert: return "~";
    case NODE_Not: return "not";
    case NODE_Eq: return "==";
    case NODE_NotEq: return "!=";
    case NODE_Lt: return "<";
    case NODE_LtE: return "<=";
    case NODE_Gt: return ">";
    case NODE_GtE: return ">=";
    case NODE_Is: return "is";
    case NODE_IsNot: return "is not";
    case NODE_In: return "in";
    case NODE_NotIn: return "not in";
    default: return NULL;
    }
}

bool ast_each_child(Node *node, bool (*visit)(Node *, void *), void *context)
{
    const AstClass *class = &ast_classes[node->kind];
    for (int i = 0; i < class->n_fields; i++) {
        const AstField *field = &class->fields[i];
        if (ast_store(field->sum) != STORE_NODE)
            continue;
        char *at = (char *)node + field->offset;
        if (field->count != AST_SEQ) {
            Node *child = *(Node **)at;
            if (child && !visit(child, context))
                return false;
            continue;
        }
        NodeList *list = (NodeList *)at;
        for (int j = 0; j < list->n; j++)
            if (list->at[j] && !visit(list->at[j], context))
                return false;
    }
    return true;
}

Node *ast_new(Arena *arena, NodeKind kind)
{
    assert(kind > NODE_NONE && kind < NODE_COUNT);
    size_t size = ast_classes[kind].size;
    Node *node = arena_alloc(arena, size);
    if (!node)
        return NULL;
    memset(node, 0, size);
    node->kind = kind;
    return node;
}

Text *ast_text(Arena *arena, const char *bytes, size_t len)
{
    if (len >= UINT32_MAX)
        return NULL;
    Text *text = arena_alloc(arena, sizeof(Text) + len + 1);
    if (!text)
        return NULL;
    text->len = (uint32_t)len;
    text->hash = 0;
    unsigned char high = 0;
    for (size_t i = 0; i < len; i++)
        high |= (unsigned char)bytes[i];
    text->ascii = high < 0x80;
    if (len)
        memcpy(text->at, bytes, len);
    text->at[len] = '\0';
    return text;
}
