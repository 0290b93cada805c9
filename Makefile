# Two commands are all that a newcomer needs: make up, make test.
PROFILE ?= laptop
NAUTILUS := node cli/nautilus.js

.DEFAULT_GOAL := help
.PHONY: help up down test lint bench deploy destroy clean

# npm writes this file at the end of every install: older than the lock file means out of date.
RUNTIME := node_modules/.package-lock.json
# Only an install with the development tools has the type checker.
TOOLS := node_modules/typescript/package.json

$(RUNTIME): package-lock.json
	@echo "installing what the platform needs (about half a minute)"
	@npm ci --omit=dev --no-audit --no-fund --loglevel=error
	@touch $@

$(TOOLS): package-lock.json
	@echo "installing the development tools (about a minute)"
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $(RUNTIME) $@

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  PROFILE=$(PROFILE) (npx nautilus profiles list shows the others)"

up: $(RUNTIME) ## run the platform here, without Docker, and trade the sample day
	@$(NAUTILUS) local up --profile $(PROFILE)

down: $(RUNTIME) ## stop what make up started
	@$(NAUTILUS) local down

test: $(TOOLS) ## every rung of the tests that this machine can run
	@node test/run.js

lint: $(TOOLS) ## types, format, import directions
	@npx tsc --noEmit && npm run --silent lint

bench: $(RUNTIME) ## measure, each figure beside its peer
	@$(NAUTILUS) bench

deploy: $(TOOLS) ## deploy PROFILE onto this machine's Docker
	@$(NAUTILUS) deploy --profile $(PROFILE)

destroy: $(TOOLS) ## take PROFILE down again; data volumes stay
	@$(NAUTILUS) destroy --profile $(PROFILE)

clean: ## remove what was built; data in .nautilus stays
	@rm -rf dist cdktf.out coverage
