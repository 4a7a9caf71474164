/* parse_target.c -- see parse_target.h.  Targets nest no deeper than brackets do, so recursion is bounded. */
#include "interp/syntax/parse_target.h"

const char *target_name_of(const Node *expr)
{
    switch (expr->kind) {
    case NODE_Attribute: return "attribute";
    case NODE_Subscript: return "subscript";
    case NODE_Starred: return "starred";
    case NODE_Name: return "name";
    case NODE_List: return "list";
    case NODE_Tuple: return "tuple";
    case NODE_Lambda: return "lambda";
    case NODE_Call: return "function call";
    case NODE_GeneratorExp: return "generator expression";
    case NODE_Yield: case NODE_YieldFrom: return "yield expression";
    case NODE_Await: return "await expression";
    case NODE_ListComp: return "list comprehension";
    case NODE_SetComp: return "set comprehension";
    case NODE_DictComp: return "dict comprehension";
    case NODE_Dict: return "dict literal";
    case NODE_Set: return "set display";
    case NODE_JoinedStr: case NODE_FormattedValue: return "f-string expression";
    case NODE_Compare: return "comparison";
    case NODE_IfExp: return "conditional expression";
    case NODE_NamedExpr: return "named expression";
    case NODE_Constant:
        switch (expr->Constant.value.kind) {
        case CONST_NONE: return "None";
        case CONST_TRUE: return "True";
        case CONST_FALSE: return "False";
        case CONST_ELLIPSIS: return "ellipsis";
        default: return "literal";
        }
    default: return "expression";
    }
}

const Node *target_invalid(const Node *expr, TargetUse use)
{
    switch (expr->kind) {
    case NODE_Name: case NODE_Subscript: case NODE_Attribute:
        return NULL;
    case NODE_Starred:
        return use == TARGET_DEL ? expr : target_invalid(expr->Starred.value, use);
    case NODE_List: case NODE_Tuple: {
        NodeList elts = expr->kind == NODE_List ? expr->List.elts : expr->Tuple.elts;
        for (int i = 0; i < elts.n; i++) {
            const Node *bad = target_invalid(elts.at[i], use);
            if (bad)
                return bad;
        }
        return NULL;
    }
    case NODE_Compare:
        if (use == TARGET_FOR)
            return expr->Compare.ops.at[0] == NODE_In ? target_invalid(expr->Compare.left, use) : NULL;
        return expr;
    default:
        return expr;
    }
}

void target_check(Parser *p, const Node *expr, TargetUse use)
{
    const Node *bad = target_invalid(expr, use);
    if (bad)
        raise_at_node(p, bad, use == TARGET_DEL ? "cannot delete %s" : "cannot assign to %s", target_name_of(bad));
}

void target_set(Node *expr, NodeKind context)
{
    switch (expr->kind) {
    case NODE_Name: expr->Name.ctx = context; break;
    case NODE_Attribute: expr->Attribute.ctx = context; break;
    case NODE_Subscript: expr->Subscript.ctx = context; break;
    case NODE_Starred:
        expr->Starred.ctx = context;
        target_set(expr->Starred.value, context);
        break;
    case NODE_List: case NODE_Tuple: {
        NodeList elts = expr->kind == NODE_List ? expr->List.elts : expr->Tuple.elts;
        if (expr->kind == NODE_List)
            expr->List.ctx = context;
        else
            expr->Tuple.ctx = context;
        for (int i = 0; i < elts.n; i++)
            target_set(elts.at[i], context);
        break;
    }
    default:
        break;
    }
}
