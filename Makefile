# Ouro. `make` builds build/ouro; `make help` lists the targets.
CC       ?= gcc
BUILD    ?= build
MODE     ?= release
STD      := -std=gnu11
WARN     := -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers -Werror=implicit-function-declaration -Werror=incompatible-pointer-types
ifeq ($(MODE),release)
OPT      := -O2 -g -DNDEBUG -fno-strict-aliasing -fno-plt
else ifeq ($(MODE),debug)
OPT      := -O1 -g -DOURO_DEBUG -fno-strict-aliasing
else ifeq ($(MODE),asan)
OPT      := -O1 -g -DOURO_DEBUG -fno-strict-aliasing -fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=undefined
LDOPT    := -fsanitize=address,undefined
else
$(error MODE is release, debug or asan)
endif
CFLAGS   ?=
CPPFLAGS += -I. -I$(BUILD)
LIBS     := -lzmq -ljansson -lsodium -lcrypto -lgmp -lpcre2-8 -lpcre2-16 -lpcre2-32 -lutf8proc -lpthread -ldl -lm
ifneq ($(shell command -v ccache 2>/dev/null),)
CCACHE   := ccache
endif

SOURCES  := $(wildcard gc/*.c interp/*.c interp/*/*.c interp/*/*/*.c kernel/*.c)
SOURCES  := $(filter-out interp/lib/% interp/tools/%,$(SOURCES))
OBJECTS  := $(SOURCES:%.c=$(BUILD)/%.o)

.PHONY: all clean
all: $(BUILD)/ouro

$(BUILD)/ouro: $(OBJECTS)
	$(CC) $(LDOPT) -rdynamic -o $@ $(OBJECTS) $(LIBS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CCACHE) $(CC) $(STD) $(WARN) $(OPT) $(CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/interp/vm/eval.o: CFLAGS += -fno-gcse -fno-crossjumping -Wno-maybe-uninitialized

-include $(OBJECTS:.o=.d)

clean:
	rm -rf $(BUILD)
