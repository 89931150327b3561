# make setup   the environment .venv, with everything in it
# make demo    the main job: 52 NMC622 particles charged at 5C to 4.5 V
# make test    all tests, in WORKERS processes (two; WORKERS=0 for none beside the first)
# make check   lint, format and types
# make walk    the app in a browser with a whole case on the coarse mesh; pictures in build/walk
# make docs    the documentation as a site, with its figures, in build/docs/html
# make bench   the solver in units of a Poisson problem, and images, in time and memory

.DEFAULT_GOAL := help
.PHONY: help setup demo test check walk docs bench

BIN := .venv/bin
OUT ?= results/fast-charge-5C
RANKS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1); [ $$n -ge 2 ] && echo 2 || echo 1)

WORKERS ?= $(RANKS)

# One thread a rank: threads of the linear algebra library on top of MPI ranks only get in each other's way.
export OMP_NUM_THREADS ?= 1

help:
	@sed -n 's/^# make /make /p' Makefile

setup:
	@bash tools/setup.sh

demo: setup
	$(BIN)/mpiexec -n $(RANKS) $(BIN)/chemomech run fast-charge-5C --out $(OUT)
	@echo "Look at it: $(OUT)/report.html, or in 3D: $(BIN)/chemomech app $(dir $(OUT))"

test: setup
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python tools/check_types.py

walk: setup
	@mkdir -p build/walk
	CHEMOMECH_WALK=fast-charge-5C CHEMOMECH_SCREENSHOTS=$(CURDIR)/build/walk \
	  $(BIN)/python -m pytest -q -p no:cacheprovider tests/system/test_app.py

docs: setup
	$(BIN)/python tools/docs_site.py

bench: setup
	$(BIN)/python tools/bench.py
	$(BIN)/python tools/bench_images.py
