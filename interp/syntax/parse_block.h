/* parse_block.h -- compound statements, and a whole text. */
#ifndef INTERP_SYNTAX_PARSE_BLOCK_H
#define INTERP_SYNTAX_PARSE_BLOCK_H

#include "interp/syntax/cursor.h"

/* block_module, block_interactive, block_expression -- the three modes, up to the end of the text. -> mod */
Node *block_module(Parser *p);
Node *block_interactive(Parser *p);
Node *block_expression(Parser *p);

#endif
