/* signature.h -- the errors of wrong arguments, in CPython's words; the structure itself is in native.h. */
#ifndef OBJECT_SIGNATURE_H
#define OBJECT_SIGNATURE_H
#include "interp/object/native.h"
enum { SIGNATURE_MAX = 64 };     /* parameters */
/* Binding for a Native: the first `skip` parameters (self, cls) are not counted in messages; `qualify` gives the name with its type
 * or module ("list.append") and is asked only for messages. Otherwise as signature_bind. */
typedef struct Binding { const char *name; const char *(*qualify)(const struct Binding *); const Native *native; const Value *args; size_t n_pos; } Binding;
must_use bool signature_bind_skip(const Signature *, const Binding *, unsigned skip, const Value *args, size_t n_pos, Value kwnames, Value *out);
/* The text as __text_signature__ shows it: "(self, x)" -> "($self, /, x)", a module's "(x, /)" -> "($module, x, /)". Owned; NONE for raw ones. */
typedef enum SignatureOwner { OWNER_NONE, OWNER_TYPE, OWNER_MODULE } SignatureOwner;
must_use Value signature_text(const char *text, SignatureOwner owner);
#endif
