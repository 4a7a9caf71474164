/* signature.h -- the errors of wrong arguments, in CPython's words; the structure itself is in native.h. */
#ifndef OBJECT_SIGNATURE_H
#define OBJECT_SIGNATURE_H
#include "interp/object/native.h"
enum { SIGNATURE_MAX = 64 };     /* parameters */
/* What `skip` leading parameters (self, cls) are not counted in messages. `qualified`: "list.append" for the messages that
 * name the type. Otherwise as signature_bind. */
must_use bool signature_bind_skip(const Signature *, const char *name, const char *qualified, unsigned skip, const Value *args,
                                  size_t n_pos, Value kwnames, Value *out);
/* The text as __text_signature__ shows it: "(self, x)" -> "($self, /, x)", a module's "(x, /)" -> "($module, x, /)". Owned; NONE for raw ones. */
typedef enum SignatureOwner { OWNER_NONE, OWNER_TYPE, OWNER_MODULE } SignatureOwner;
must_use Value signature_text(const char *text, SignatureOwner owner);
#endif
