/* class.h -- class statements. */
#ifndef COMPILE_CLASS_H
#define COMPILE_CLASS_H
#include "interp/compile/closure.h"
StmtRule class_stmt;
/* Annotations of the block's variables: emit what makes __annotations__ be there, if any statement needs it. */
void setup_annotations(Unit *u);
#endif
