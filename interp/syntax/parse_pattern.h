/* parse_pattern.h -- the patterns of `case`. */
#ifndef INTERP_SYNTAX_PARSE_PATTERN_H
#define INTERP_SYNTAX_PARSE_PATTERN_H

#include "interp/syntax/cursor.h"

/* pattern_parse -- what may stand behind `case`: a pattern, or several with commas (a MatchSequence). */
Node *pattern_parse(Parser *p);

#endif
