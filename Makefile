# Plumb. `make test` and `make demo` do all set-up themselves on Debian and Ubuntu with a Swift
# toolchain and python3; see README.md.
#
# Every target builds with the same flags, so that build, test and demo share one build.
SWIFT_FLAGS := -c release -Xswiftc -enable-testing --manifest-cache local
PLUMB := .build/release/plumb

.PHONY: help setup parquet build test demo lint reference clean

help:
	@echo 'make setup   packages, libtorch and Arrow (only what is missing)'
	@echo 'make parquet what reads Parquet, where set-up could not get it'
	@echo 'make build   .build/release/plumb and plumb-engine'
	@echo 'make test    lint, build and every test'
	@echo 'make demo    train, evaluate and report the embedded demonstration'
	@echo 'make lint    swift format, strictly'
	@echo 'make reference  the reference pages, from what the program obeys'
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

reference: build
	@$(PLUMB) help reference -o Sources/plumb/Documentation.docc

lint: setup
	@swift format lint --strict --recursive Sources Tests

clean:
	@rm -rf .build .libtorch .arrow .arrow-absent
