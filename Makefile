# make help lists the targets.

GOFUMPT  = go run mvdan.cc/gofumpt@v0.12.0
LINT     = go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
BUILD    = CGO_ENABLED=0 go build -trimpath -ldflags "-s -w"
DEMO     = examples/out
# What runs and tests need besides Go: command=Debian package.
RUNTIME  = tesseract=tesseract-ocr
TESTTIME = $(RUNTIME) redis-server=redis-server '/usr/lib/postgresql/*/bin/postgres=postgresql' pgbouncer=pgbouncer pdftotext=poppler-utils gcc=gcc zsh=zsh fish=fish mandoc=mandoc
# The packages of the engine, which are tested with the race detector.
ENGINE = $(addprefix github.com/dossier-legal/dossier/internal/,breaker cache event monitor pipeline queue ratelimit rdb retention store webhook)
# The old design, as a peer: Debian has no command for it, only the module.
BENCHTIME = $(TESTTIME) ocrmypdf=ocrmypdf '/usr/lib/python3/dist-packages/celery/app=python3-celery python3-redis python3-psycopg2'

.PHONY: help build man demo test check format lint race bench eval chaos clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

build: ## build bin/dossier, one static binary
	$(BUILD) -o bin/dossier ./cmd/dossier

man: build ## write the man pages into bin/man
	bin/dossier man bin/man

demo: build ## install what is missing, build, process the example case file
	@scripts/install.sh $(RUNTIME)
	@rm -rf $(DEMO)
	go run ./examples/lawsuit/generate -out $(DEMO)
	@echo; echo '$$ bin/dossier process $(DEMO)/papers'
	@bin/dossier process $(DEMO)/papers --data $(DEMO)/data || test $$? = 3 # one paper is of an unsupported kind
	@echo; echo '$$ bin/dossier entity list --type person'
	@bin/dossier entity list --type person --limit 8 --data $(DEMO)/data
	@echo; echo '$$ bin/dossier search "sprinkler"'
	@bin/dossier search sprinkler --limit 4 --data $(DEMO)/data
	@echo; echo '$$ bin/dossier graph path "Marian A. Castellan" "Northgate Insurance Company"'
	@bin/dossier graph path "Marian A. Castellan" "Northgate Insurance Company" --data $(DEMO)/data
	@echo; echo 'The case file is in $(DEMO)/data. Look further with:'
	@echo '  export DOSSIER_DATA=$(CURDIR)/$(DEMO)/data'
	@echo '  bin/dossier document list'
	@echo '  bin/dossier entity show "Halden Logistics Inc."'
	@echo '  bin/dossier chronology --entity "Halden Logistics Inc."'
	@echo '  bin/dossier verify 05-disclosure-statement.pdf'
	@echo '  bin/dossier export --format graphml -o case.graphml'

test: ## install what is missing and run every test, the engine with the race detector
	@scripts/install.sh $(TESTTIME)
	go test -race -timeout 40m $(ENGINE)
	go test -timeout 40m $(filter-out $(ENGINE),$(shell go list -e ./...))

check: format lint race ## format, vet, lint, race tests

format:
	@out=$$($(GOFUMPT) -l .); test -z "$$out" || { echo "not formatted (run $(GOFUMPT) -w .):"; echo "$$out"; exit 1; }

lint:
	go vet ./...
	$(LINT) run ./...

race: ## run the short tests with the race detector
	@scripts/install.sh $(TESTTIME)
	go test -race -short ./...

bench: build ## measure against peers on the same files in the same run
	@scripts/install.sh $(BENCHTIME)
	go run ./tools/bench

eval: build ## measure accuracy against known truths (ARGS='-only names -errors' lists what went wrong)
	@scripts/install.sh $(TESTTIME)
	go run ./tools/eval $(ARGS)
	@echo '## The example case file'; echo
	go test ./cmd/dossier -count=1 -run TestExampleCaseFile
	@cat cmd/dossier/testdata/example.golden

chaos: ## a thousand kills and all else that goes wrong, each run compared with an undisturbed one
	@scripts/install.sh $(TESTTIME)
	DOSSIER_CHAOS_ROUNDS=50 go test -count=1 -timeout 60m -run 'KillAtRandomMoments' -v ./cmd/dossier
	DOSSIER_CHAOS_ROUNDS=1000 go test -count=1 -timeout 60m -run 'ChaosCluster|ChaosBatches' -v ./cmd/dossier
	DOSSIER_BATCH_SEQUENCES=10000 go test -count=1 -timeout 60m -run 'BatchesFollowTheModel/sqlite' -v ./internal/pipeline
	DOSSIER_BATCH_SEQUENCES=1000 go test -count=1 -timeout 60m -run 'BatchesFollowTheModel/postgres' -v ./internal/pipeline

clean: ## remove what was built and made
	rm -rf bin $(DEMO)
