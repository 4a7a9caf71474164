/* parse_target.h -- expressions as targets: context, what cannot be one, and what it is called in messages. */
#ifndef INTERP_SYNTAX_PARSE_TARGET_H
#define INTERP_SYNTAX_PARSE_TARGET_H

#include "interp/syntax/cursor.h"

typedef enum TargetUse { TARGET_STAR, TARGET_DEL, TARGET_FOR } TargetUse;

/* target_name_of -- "function call", "literal", ... */
const char *target_name_of(const Node *expr);
/* target_invalid -- the first part that cannot be assigned to (or deleted); NULL if there is none. */
const Node *target_invalid(const Node *expr, TargetUse use);
/* target_check -- raises "cannot assign to %s" (or delete) if there is such a part. */
void target_check(Parser *p, const Node *expr, TargetUse use);
/* target_set -- gives a checked target, with its parts, the context NODE_Store or NODE_Del. */
void target_set(Node *expr, NodeKind context);

#endif
