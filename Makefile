# Ouro. `make` builds build/ouro, `make lab` opens JupyterLab with it, `make check` runs every test; `make help` lists the rest.
CC       ?= gcc
BUILD    ?= build
MODE     ?= release
PREFIX   ?= /usr/local
STD      := -std=gnu11
WARN     := -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers -Werror=implicit-function-declaration -Werror=incompatible-pointer-types
# Measured and left out: -no-pie (3 % fewer instructions, no time), profile feedback (8-12 % faster on calls and objects, for a build twice as long).
ifeq ($(MODE),release)
OPT      := -O2 -g -DNDEBUG -fno-strict-aliasing -fno-plt
else ifeq ($(MODE),debug)
OPT      := -O1 -g -DOURO_DEBUG -fno-strict-aliasing -fno-omit-frame-pointer
else ifeq ($(MODE),asan)
OPT      := -O1 -g -DOURO_DEBUG -fno-strict-aliasing -fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=undefined
LDOPT    := -fsanitize=address,undefined
else
$(error MODE is release, debug or asan)
endif
CFLAGS   ?=
CPPFLAGS += -I. -I$(BUILD)
LIBS     := -lzmq -ljansson -lsodium -lgmp -lpcre2-8 -lpcre2-16 -lpcre2-32 -lutf8proc -lz -lpthread -ldl -lm
ifneq ($(shell command -v ccache 2>/dev/null),)
CCACHE   := ccache
endif
Q        := $(if $(V),,@)

SOURCES  := $(filter-out interp/lib/% interp/tools/%,$(wildcard gc/*.c interp/*.c interp/*/*.c interp/*/*/*.c kernel/*.c))
SHIPPED  := $(shell find interp/lib -name '*.py' 2>/dev/null | LC_ALL=C sort)
OBJECTS  := $(SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/shipped.o
PYTHON   := $(BUILD)/venv/bin/python

.PHONY: all help setup setup-lab lab tour check bench bench-kernel stress fuzz rings headers install uninstall kernelspec clean
all: $(BUILD)/ouro

help:
	@echo "make               build/ouro (needs a C compiler and the libraries; make setup installs them)"
	@echo "make lab           set up everything, register the kernel, open JupyterLab on notebooks/"
	@echo "make tour          execute all notebooks without a screen; print what each cell did to memory"
	@echo "make check         set up everything and run every test; the last line is 'N passed, N failed'"
	@echo "make bench         speed and memory against python3, in one run"
	@echo "make bench-kernel  start, memory, round trip and interrupt against ipykernel, in one run"
	@echo "make stress        collections at every safe point, each allocating place failing once, nothing left at exit: every script"
	@echo "make fuzz          libFuzzer on the parser, the wire decoder and the JSON path; calls and scripts at random; 60 s each"
	@echo "make rings         circles between object files, uses of a higher folder (must be 0)"
	@echo "make headers       does each header compile alone?"
	@echo "make install       PREFIX= DESTDIR=; make uninstall takes it away again"

$(BUILD)/ouro: $(OBJECTS)
	@echo "  LINK $@"
	$(Q)$(CC) $(LDOPT) -rdynamic -o $@ $(OBJECTS) $(LIBS)

$(BUILD)/%.o: %.c | $(BUILD)/libraries
	@mkdir -p $(@D)
	@echo "  CC   $<"
	$(Q)$(CCACHE) $(CC) $(STD) $(WARN) $(OPT) $(CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/interp/base/unicode_names.o: interp/base/unicode_names.txt
$(BUILD)/interp/base/unicode_data.o: interp/base/unicode_data.txt
ifeq ($(findstring clang,$(CC)),)
$(BUILD)/interp/vm/eval.o: CFLAGS += -fno-gcse -fno-crossjumping -Wno-maybe-uninitialized
else
WARN     += -Wno-gnu-variable-sized-type-not-at-end
endif

# The Python files that come inside the binary, as one C table.
$(BUILD)/embed: interp/tools/embed.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(STD) -O1 -o $@ $<
$(BUILD)/shipped.c: $(BUILD)/embed $(SHIPPED)
	$(Q)$(BUILD)/embed interp/lib $(SHIPPED) > $@
$(BUILD)/shipped.o: $(BUILD)/shipped.c
	$(Q)$(CC) $(STD) -O1 $(CPPFLAGS) -c -o $@ $<

# Say in plain words which library is missing, once a build folder.
$(BUILD)/libraries: tests/check/libraries.sh
	@mkdir -p $(@D)
	@CC="$(CC)" sh tests/check/libraries.sh && touch $@

-include $(OBJECTS:.o=.d)

# --- setting up: system packages, a virtual environment below build/ for JupyterLab and the tests --------------------------
setup:
	@sh tests/check/setup.sh $(BUILD)
setup-lab:
	@sh tests/check/setup.sh $(BUILD) lab

kernelspec: $(BUILD)/ouro
	@sh kernelspec/install.sh --user "$(abspath $(BUILD)/ouro)" $(wildcard $(abspath $(BUILD)/venv))

lab: setup-lab
	@$(MAKE) --no-print-directory -j2 all
	@$(MAKE) --no-print-directory kernelspec
	cd notebooks && ../$(BUILD)/venv/bin/jupyter lab

tour: setup-lab
	@$(MAKE) --no-print-directory -j2 all
	@$(PYTHON) tests/tour.py $(BUILD)/ouro notebooks/*.ipynb

check: setup
	@$(MAKE) --no-print-directory -j2 all
	@$(MAKE) --no-print-directory -j2 BUILD=$(BUILD)/asan MODE=asan all
	@$(PYTHON) tests/check/run.py --build $(BUILD)

bench: all
	@python3 tests/bench/run.py $(BUILD)/ouro

bench-kernel: setup-lab
	@$(MAKE) --no-print-directory -j2 all
	@$(PYTHON) tests/bench/kernel.py $(BUILD)/ouro

stress: setup
	@$(MAKE) --no-print-directory -j2 BUILD=$(BUILD)/asan MODE=asan all
	@$(PYTHON) tests/check/stress.py --build $(BUILD) --all

fuzz: setup
	@$(MAKE) --no-print-directory -j2 BUILD=$(BUILD)/asan MODE=asan all
	@sh tests/fuzz/run.sh $(BUILD) 60

rings: all
	@sh tests/check/rings.sh $(BUILD)

headers:
	@sh tests/check/headers.sh "$(CC)"

# --- installing ------------------------------------------------------------------------------------------------------------------
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/licenses/ouro
	install -m 755 $(BUILD)/ouro $(DESTDIR)$(PREFIX)/bin/ouro
	install -m 644 LICENSE $(DESTDIR)$(PREFIX)/share/licenses/ouro/LICENSE
	sh kernelspec/install.sh --to "$(DESTDIR)$(PREFIX)/share/jupyter/kernels/ouro" "$(PREFIX)/bin/ouro"

uninstall:
	rm -rf $(DESTDIR)$(PREFIX)/share/jupyter/kernels/ouro $(DESTDIR)$(PREFIX)/share/licenses/ouro
	rm -f $(DESTDIR)$(PREFIX)/bin/ouro

clean:
	rm -rf $(BUILD)
