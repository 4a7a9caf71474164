/* parse_simple.h -- statements of one line. */
#ifndef INTERP_SYNTAX_PARSE_SIMPLE_H
#define INTERP_SYNTAX_PARSE_SIMPLE_H

#include "interp/syntax/cursor.h"

/* simple_line -- one or more small statements with semicolons and the newline; pushes them on the parser's stack. */
void simple_line(Parser *p);

#endif
