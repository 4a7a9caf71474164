/* complete.h -- "is this cell finished?", for is_complete_request and for Enter in a console. */
#ifndef INTERP_SYNTAX_COMPLETE_H
#define INTERP_SYNTAX_COMPLETE_H

#include <stddef.h>

typedef enum CompleteStatus { COMPLETE_YES, COMPLETE_NO, COMPLETE_INVALID } CompleteStatus;

extern const char *const complete_names[];      /* "complete", "incomplete", "invalid": the protocol's words */

/* complete_check -- what IPython's TransformerManager.check_complete answers for `len` bytes of UTF-8.
 * What only the compiler knows (`return` outside a function) is not looked at: IPython calls that invalid, too.
 * *indent: with COMPLETE_NO, how many blanks the next line should begin with; else 0. Linear; runs no code. */
CompleteStatus complete_check(const char *source, size_t len, int *indent);

#endif
