# Everything from a bare machine to a running demo. `make help` lists what there is; docs/setup.md says
# what the set-up does to the machine and how to undo it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:

PROJECT ?= tsgen-demo
PORT ?= 80
export PROJECT PORT
# Debian 12's docker client would take the classic builder.
export DOCKER_BUILDKIT := 1

# The same variables and defaults as in compose/nginx.yml.
NGINX_IMAGE ?= nginx:1.30
NODE_IMAGE ?= node:24-trixie-slim
DEMO_IMAGES = $(NGINX_IMAGE) $(NODE_IMAGE)
TEST_IMAGES := nginx:1.30 haproxy:3.2 httpd:2.4 node:24-trixie-slim tsgen-test/busybox:1 tsgen-test/peers:1

# Folders count too: a file that was removed changes its folder.
SOURCES := $(shell find src -type d -o -name '*.ts' ! -name '*.test.ts' 2>/dev/null)

.PHONY: help
help: ## Show this list
	@echo 'usage: make TARGET [PORT=8080]'
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo 'demo, test and bench set up what they need and leave alone what is there: npm packages, the'
	@echo 'build, a Docker engine, base images. docs/setup.md has the details.'

.PHONY: demo
demo: setup ## Run nginx, tsgen and the service, scale 3 to 6 to 2, show who answers (PORT, default 80)
	@scripts/base-images.sh $(DEMO_IMAGES)
	@node_modules/.bin/tsx scripts/demo/main.ts

.PHONY: test
test: setup ## Check types and style, run unit, integration and end-to-end tests on the real engine
	@scripts/test-tools.sh
	@scripts/second-engine.sh
	@scripts/base-images.sh $(TEST_IMAGES)
	@npm test

.PHONY: ci
ci: ci-lint ci-test ci-images ## Do what CI does with every commit: check, test, build both images

.PHONY: ci-lint
ci-lint: deps
	@scripts/ci.sh lint

.PHONY: ci-test
ci-test: setup
	@scripts/ci.sh test

.PHONY: ci-images
ci-images:
	@scripts/ci.sh images

.PHONY: ci-push
ci-push:
	@scripts/ci.sh push

.PHONY: ci-build
ci-build: deps
	@scripts/ci.sh build

.PHONY: ci-package
ci-package: build
	@scripts/ci.sh package

.PHONY: scenarios
scenarios: setup ## Play the routing scenarios on nginx, Apache httpd and HAProxy
	@scripts/test-tools.sh
	@scripts/second-engine.sh
	@scripts/base-images.sh $(TEST_IMAGES)
	@SCENARIO_PROXIES=nginx,httpd,haproxy npx vitest run --project scenarios
	@node_modules/.bin/tsx scripts/keep-scenarios.ts --all
	@npm run --silent docs

.PHONY: bench
bench: setup ## Run the benchmarks, or the one that BENCH names (ROUNDS)
	@scripts/test-tools.sh wrk curl
	@scripts/stand-in.sh
	@scripts/base-images.sh $(TEST_IMAGES)
	@npm run --silent bench -- $(BENCH)

.PHONY: bench-hitless
bench-hitless: setup ## Count requests lost while the service changes (BENCH_SECONDS, BENCH_STORY)
	@scripts/base-images.sh $(TEST_IMAGES)
	@node_modules/.bin/tsx bench/hitless/main.ts

.PHONY: bench-members
bench-members: setup ## Time a new member's first request, and make thousands of changes (MEMBER_CHANGES)
	@scripts/base-images.sh $(TEST_IMAGES)
	@node_modules/.bin/tsx bench/members/main.ts

.PHONY: soak
soak: setup ## Make random changes and compare who is served with who is ready (SOAK_SECONDS, 600)
	@scripts/base-images.sh $(TEST_IMAGES)
	@node_modules/.bin/tsx bench/soak/main.ts

.PHONY: down
down: ## Stop the demo, remove its containers, volumes and images, stop the engine that make started
	@scripts/down.sh

.PHONY: clean
clean: ## Do what down does, then remove node_modules, dist, caches and the images that were built
	@scripts/down.sh --clean

.PHONY: deps
deps: node node_modules/.package-lock.json ## Install the npm packages where package-lock.json is newer

.PHONY: build
build: deps dist/tsgen.js ## Build dist/ where the sources are newer

.PHONY: setup
setup: build ## Install, build, and see to it that a Docker engine answers
	@scripts/engine.sh up

.PHONY: node
node:
	@scripts/node.sh

# npm writes this file last. NODE_ENV=production would leave the tools out.
node_modules/.package-lock.json: package-lock.json
	@echo 'tsgen: Installing the npm packages (npm ci)' >&2
	@npm ci --include=dev --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@

dist/tsgen.js: $(SOURCES) scripts/build.mjs package.json package-lock.json tsconfig.json
	@echo 'tsgen: Building dist/ (npm run build)' >&2
	@npm run --silent build
	@touch $@
