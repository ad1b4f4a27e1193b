# Plumb. `make test` and `make demo` do all set-up themselves on Debian and Ubuntu with a Swift
# toolchain and python3; see README.md.
#
# Every target builds with the same flags, so that build, test and demo share one build; but what is
# installed, which needs neither Swift nor this source tree, has one of its own.
SWIFT_FLAGS := -c release -Xswiftc -enable-testing --manifest-cache local
PLUMB := .build/release/plumb

PREFIX ?= /usr/local
PROGRAMS := plumb plumb-engine
PROGRAMS_BUILD := .build-programs
PROGRAMS_FLAGS := -c release --static-swift-stdlib -Xlinker -s --manifest-cache local \
	--scratch-path $(PROGRAMS_BUILD)
# What `make install` copies; made again where a source is newer.
TREE := $(PROGRAMS_BUILD)/tree
SOURCES := Package.swift LICENSE README.md $(shell find Sources .setup -type f)

VERSION := $(shell sed -n 's/.*static let version = "\(.*\)"/\1/p' Sources/Command/Plumb.swift)
RELEASE := plumb-$(VERSION)-linux-$(shell uname -m)
# The same sources give the same archive.
MOMENT := $(shell git log -1 --format=%ct 2>/dev/null || echo 0)
TAR_FLAGS := --sort=name --owner=0 --group=0 --numeric-owner --mtime=@$(MOMENT) --mode=go=rX,u+rw

.PHONY: help setup parquet build test demo pictures lint reference programs install uninstall dist clean

help:
	@echo 'make setup   packages, libtorch and Arrow (only what is missing)'
	@echo 'make parquet what reads Parquet, where set-up could not get it'
	@echo 'make build   .build/release/plumb and plumb-engine'
	@echo 'make test    lint, build and every test'
	@echo 'make demo    train, evaluate and report the embedded demonstration'
	@echo 'make pictures  the pictures of README, from what make demo wrote (needs Chromium)'
	@echo 'make lint    swift format, strictly'
	@echo 'make reference  the reference pages, from what the program obeys'
	@echo 'make programs   what is installed: programs that need neither Swift nor this folder'
	@echo 'make install    copy it to PREFIX (/usr/local), and find libtorch there; DESTDIR is honoured'
	@echo 'make uninstall  remove it from PREFIX'
	@echo 'make dist    $(RELEASE).tar.gz, for machines without Swift'
	@echo 'make clean   forget what was built (libtorch and Arrow stay in their cache)'

setup:
	@.setup/setup

parquet:
	@.setup/setup parquet
	@swift build $(SWIFT_FLAGS) --product PlumbParquet

build: setup
	@swift build $(SWIFT_FLAGS)

test: lint
	@swift build $(SWIFT_FLAGS) --build-tests
	@.setup/tests $(SWIFT_FLAGS) --skip-build --disable-xctest

demo: build
	@$(PLUMB) run

# Reports are made of records again, so that what is shown is this version's.
pictures: build
	@$(PLUMB) report runs/demonstration -o runs/demonstration/report.html
	@.setup/pictures runs/demonstration/report.html Sources/plumb/Documentation.docc/Resources

reference: build
	@$(PLUMB) help reference -o Sources/plumb/Documentation.docc

lint: setup
	@swift format lint --strict --recursive Sources Tests

programs: $(TREE)/install

# Product by product: what tests import is not there beside a static standard library.
$(TREE)/install: $(SOURCES)
	@.setup/setup
	@for product in $(PROGRAMS) $$(test ! -e .arrow/libparquet.so || echo PlumbParquet); do \
	  PLUMB_RELOCATABLE=1 swift build $(PROGRAMS_FLAGS) --product $$product || exit 1; \
	done
	@.setup/stage $(PROGRAMS_BUILD)/release $(TREE) $(PROGRAMS)

# As root after `make programs` it copies and builds nothing.
install: programs
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' $(TREE)/install
	@echo 'installed: $(PROGRAMS:%=$(DESTDIR)$(PREFIX)/lib/plumb/%)'

uninstall:
	@'$(DESTDIR)$(PREFIX)/lib/plumb/setup' uninstall

dist: programs
	@rm -rf $(PROGRAMS_BUILD)/$(RELEASE)
	@cp -a $(TREE) $(PROGRAMS_BUILD)/$(RELEASE)
	@tar -C $(PROGRAMS_BUILD) $(TAR_FLAGS) -cf - $(RELEASE) | gzip -9n >$(PROGRAMS_BUILD)/$(RELEASE).tar.gz
	@sha256sum $(PROGRAMS_BUILD)/$(RELEASE).tar.gz

clean:
	@rm -rf .build $(PROGRAMS_BUILD) .libtorch .arrow .arrow-absent
