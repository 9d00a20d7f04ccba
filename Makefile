# make help lists the targets.

# The tools have a module of their own, so that the program does not depend on
# what they need.
TOOL     = go tool -modfile=build/tools/go.mod
BUILD    = CGO_ENABLED=0 go build -trimpath -ldflags "-s -w"
MAXSIZE  = 50000000
DEMO     = examples/out
# What runs and tests need besides Go: command=Debian package.
RUNTIME  = tesseract=tesseract-ocr
TESTTIME = $(RUNTIME) redis-server=redis-server '/usr/lib/postgresql/*/bin/postgres=postgresql' pgbouncer=pgbouncer pdftotext=poppler-utils gcc=gcc zsh=zsh fish=fish mandoc=mandoc
# The packages of the engine, which are tested with the race detector.
ENGINE = $(addprefix github.com/dossier-legal/dossier/internal/,breaker cache event monitor paid pipeline queue ratelimit rdb retention store webhook)
# The old design, as a peer: Debian has no command for it, only the module.
BENCHTIME = $(TESTTIME) ocrmypdf=ocrmypdf '/usr/lib/python3/dist-packages/celery/app=python3-celery python3-redis python3-psycopg2'

.PHONY: help deps build man demo test check format lint vuln race bench eval chaos clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

deps: ## install the Debian packages that tests need, those that are missing
	@scripts/install.sh $(TESTTIME)

build: ## build bin/dossier, one static binary
	$(BUILD) -o bin/dossier ./cmd/dossier
	@test $$(wc -c <bin/dossier) -le $(MAXSIZE) || { echo "bin/dossier has more than $(MAXSIZE) bytes; third_party/kong/README.md names the usual cause"; exit 1; }

man: build ## write the man pages into bin/man
	bin/dossier man bin/man

demo: build ## build and process the example case file (installs tesseract if it is missing)
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

test: deps ## run every test, the engine with the race detector (installs what deps does)
	go test -race -timeout 40m $(ENGINE)
	go test -timeout 40m $(filter-out $(ENGINE),$(shell go list -e ./...))

check: format lint vuln race ## format, vet, lint, known vulnerabilities, race tests

format:
	@out=$$($(TOOL) gofumpt -l . | grep -v ^third_party/); test -z "$$out" || { echo "not formatted (run $(TOOL) gofumpt -w .):"; echo "$$out"; exit 1; }

lint:
	go vet ./...
	$(TOOL) golangci-lint run ./...

vuln: ## look for calls of code with known vulnerabilities
	@scripts/vuln.sh $(TOOL) govulncheck

race: deps ## run the short tests with the race detector
	go test -race -short ./...

bench: build ## measure against peers on the same files in the same run
	@scripts/install.sh $(BENCHTIME)
	go run ./tools/bench

eval: build deps ## measure accuracy against known truths (ARGS='-only names -errors' lists what went wrong)
	go run ./tools/eval $(ARGS)
	@echo '## The example case file'; echo
	go test ./cmd/dossier -count=1 -run TestExampleCaseFile
	@cat cmd/dossier/testdata/example.golden

chaos: deps ## a thousand kills and all else that goes wrong, each run compared with an undisturbed one
	DOSSIER_CHAOS_ROUNDS=50 go test -count=1 -timeout 60m -run 'KillAtRandomMoments' -v ./cmd/dossier
	DOSSIER_CHAOS_ROUNDS=1000 go test -count=1 -timeout 60m -run 'ChaosCluster|ChaosBatches' -v ./cmd/dossier
	DOSSIER_BATCH_SEQUENCES=10000 go test -count=1 -timeout 60m -run 'BatchesFollowTheModel/sqlite' -v ./internal/pipeline
	DOSSIER_BATCH_SEQUENCES=1000 go test -count=1 -timeout 60m -run 'BatchesFollowTheModel/postgres' -v ./internal/pipeline

clean: ## remove what was built and made
	rm -rf bin $(DEMO)
