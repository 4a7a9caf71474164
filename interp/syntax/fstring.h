/* fstring.h -- string atoms: adjacent literals joined, f-strings with their fields (PEP 498, 701). */
#ifndef INTERP_SYNTAX_FSTRING_H
#define INTERP_SYNTAX_FSTRING_H

#include "interp/syntax/cursor.h"

/* fstring_atom -- one or more STRING or FSTRING tokens -> Constant or JoinedStr. */
Node *fstring_atom(Parser *p);

#endif
