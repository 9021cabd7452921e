# SPDX-License-Identifier: ISC
# Read alike by GNU make 4 and BSD make.  The rules that compile are written
# into ${BUILD}/rules.mk, one for each source: the two kinds of make have no
# common way to say "an object in another directory".
VERSION =	1.0rc1
OS !=		uname -s

PREFIX ?=	/usr/local
BINDIR ?=	${PREFIX}/bin
MANDIR ?=	${PREFIX}/share/man
LIBEXECDIR ?=	${PREFIX}/libexec
# Not installed where one of these is empty; nor the unit and the file for the
# user, where UNITDIR and SYSUSERSDIR are.
# Wireshark's, its "Global Extcap path"
EXTCAPDIR ?=	${PREFIX}/lib/wireshark/extcap
BASHCOMPDIR ?=	${PREFIX}/share/bash-completion/completions
ZSHCOMPDIR ?=	${PREFIX}/share/zsh/site-functions
FISHCOMPDIR ?=	${PREFIX}/share/fish/vendor_completions.d
BUILD ?=	build
CFLAGS ?=	-O2 -g
# libdnet is libdumbnet on Debian and its children
DNET !=		test -n "${DNET}" && echo "${DNET}" || \
		{ test -e /usr/include/dumbnet.h && echo dumbnet || echo dnet; }
DNET_FLAGS !=	test "${DNET}" != dumbnet || echo -DUSE_DUMBNET

# Against exploits, where the compiler takes them and CFLAGS and LDFLAGS have not
# said it already.  HARDEN= leaves out all of it.
HARDEN ?=	-fPIE -fstack-protector-strong -fstack-clash-protection \
		-fcf-protection
HARDEN_LINK ?=	-pie -Wl,-z,relro -Wl,-z,now

include platform/${OS}.mk

SRCS !=		ls src/*.c src/*/*.c | grep -v '^src/main\.c$$'
SRCS +=		${PLATFORM_SRCS}
STATIC =	linux-mips linux-mipsel linux-armhf linux-arm64 linux-riscv64 \
		linux-amd64
FUZZ =		bpf wire legacy offload coalesce session state

# no absolute path of this folder in what is built, nor in its debug information
HERE !=		pwd
NO_PATH =	-ffile-prefix-map="${HERE}"=.

# Those of "$$@" that this compiler takes: all at once, or else one by one.
CHOOSE =	try() { \
			echo 'int main(void) { return 0; }' | \
			    ${CC} -Werror -x c - -o ${BUILD}/nothing.$$$$ \
				$$before "$$@" ${CFLAGS} $$after 2>/dev/null; \
		}; \
		mkdir -p ${BUILD}; \
		if test $$\# = 0 || try "$$@"; then \
			echo "$$@"; \
		else \
			for f; do try $$f && echo $$f; done; \
		fi; \
		rm -f ${BUILD}/nothing.$$$$
HARDENED !=	before=-S after=; \
		for f in ${HARDEN}; do \
			case " ${CFLAGS} " in \
			*" $$f "*) ;; \
			*) set -- "$$@" $$f ;; \
			esac; \
		done; ${CHOOSE}
HARDENED_LINK != before="${HARDENED}" after="${LDFLAGS}"; \
		test -z "${HARDEN}" || for f in ${HARDEN_LINK}; do \
			case " ${LDFLAGS} " in \
			*" $$f "*) ;; \
			*) set -- "$$@" $$f ;; \
			esac; \
		done; ${CHOOSE}

COMPILE =	${CC} -std=c11 -Wall -Wextra -Wpedantic ${WERROR} -Isrc \
		-DVERSION=\"${VERSION}\" ${DNET_FLAGS} ${PLATFORM_CPPFLAGS} \
		${CPPFLAGS} ${NO_PATH} ${HARDENED} ${CFLAGS} -MMD -MP -c
LINK =		${CC} ${NO_PATH} ${HARDENED} ${CFLAGS} ${HARDENED_LINK} \
		${LDFLAGS}
LIBS =		-lpcap -l${DNET} ${PLATFORM_LIBS}
LIBRARY =	${BUILD}/libetherpuppet.a
# what unit tests are linked with, and what gives a fuzz target its main()
MAIN_unit =	-lcmocka
MAIN_fuzz =	${BUILD}/tests/fuzz/driver.o

# a compiling filter's memory limit leaves no room for the sanitizers' own, and a
# relay's system calls are fewer than theirs
SANITIZE =	-DFILTER_MEMORY=0 -DSECCOMP_UNKNOWN=SECCOMP_RET_ALLOW -O1 -g -fno-omit-frame-pointer \
		-fsanitize=address,undefined -fno-sanitize-recover=undefined
FUZZ_SECONDS =	10

all: ${BUILD}/etherpuppet

TESTS !=	ls tests/unit/test_*.c | \
		if test ${OS} = Linux; then cat; else grep -v _linux; fi
TEST_PROGS !=	for c in ${TESTS}; do echo ${BUILD}/`basename $$c .c`; done
FUZZERS !=	for f in ${FUZZ}; do echo tests/fuzz/fuzz_$$f.c; done
FUZZ_PROGS !=	for f in ${FUZZ}; do echo ${BUILD}/fuzz_$$f; done
SMOKE !=	ls tests/onehost/*.c
SMOKE_OBJS !=	for c in ${SMOKE}; do echo ${BUILD}/$${c%.c}.o; done
OBJS !=		for c in ${SRCS}; do echo ${BUILD}/$${c%.c}.o; done
RULES !=	mkdir -p ${BUILD} && { \
		for c in src/main.c tests/fuzz/driver.c ${SRCS} ${SMOKE} \
		    ${TESTS} ${FUZZERS}; do \
			o=${BUILD}/$${c%.c}; mkdir -p $${o%/*}; \
			printf "$$o.o: $$c\n\t\$${COMPILE} -o $$o.o $$c\n-include $$o.d\n"; \
		done; \
		for c in ${TESTS} ${FUZZERS}; do \
			o=${BUILD}/$${c%.c} p=${BUILD}/`basename $$c .c`; \
			k=`basename \`dirname $$c\``; \
			printf "$$p: $$o.o \$${LIBRARY}\n\t\$${LINK} -o $$p $$o.o"; \
			printf " \$${MAIN_$$k} \$${LIBRARY} \$${LIBS}\n"; \
		done; } >${BUILD}/rules.$$$$ && mv ${BUILD}/rules.$$$$ ${BUILD}/rules.mk

include ${BUILD}/rules.mk

${BUILD}/etherpuppet: ${BUILD}/src/main.o ${LIBRARY}
	${LINK} -o $@ ${BUILD}/src/main.o ${LIBRARY} ${LIBS}

${LIBRARY}: ${OBJS}
	rm -f $@
	${AR} qc $@ ${OBJS}

${FUZZ_PROGS}: ${BUILD}/tests/fuzz/driver.o

${BUILD}/smoke: ${SMOKE_OBJS} ${LIBRARY}
	${LINK} -o $@ ${SMOKE_OBJS} ${LIBRARY} ${LIBS}

smoke: ${BUILD}/etherpuppet ${BUILD}/smoke
.PHONY: smoke

tests: ${BUILD}/etherpuppet ${BUILD}/smoke ${TEST_PROGS} ${FUZZ_PROGS}

# No root, no network, nothing installed: what a packager runs.
check: tests
	@failed=; for t in ${TEST_PROGS}; do \
		ETHERPUPPET=${BUILD}/etherpuppet $$t || failed="$$failed $$t"; \
	done; \
	for f in ${FUZZ}; do \
		${BUILD}/fuzz_$$f -p tests/fuzz/corpus/$$f || failed="$$failed fuzz_$$f"; \
	done; \
	test -z "$$failed" || { echo "failed:$$failed"; exit 1; }

asan:
	${MAKE} BUILD=${BUILD}/asan CFLAGS="${SANITIZE}" tests

# For tests: a system call that the sandbox has not kills the process.
killed:
	${MAKE} BUILD=${BUILD}/killed \
	    CPPFLAGS=-DSECCOMP_UNKNOWN=SECCOMP_RET_KILL_PROCESS \
	    ${BUILD}/killed/etherpuppet

# New finds stay in ${BUILD}/fuzz/, apart from the corpus.
fuzz:
	${MAKE} BUILD=${BUILD}/fuzz CC=clang CFLAGS="${SANITIZE} -fsanitize=fuzzer-no-link" \
	    MAIN_fuzz=-fsanitize=fuzzer fuzzers
	@for f in ${FUZZ}; do \
		mkdir -p ${BUILD}/fuzz/$$f && ${BUILD}/fuzz/fuzz_$$f -timeout=10 \
		    -max_total_time=${FUZZ_SECONDS} -artifact_prefix=${BUILD}/fuzz/$$f. \
		    ${BUILD}/fuzz/$$f tests/fuzz/corpus/$$f || exit 1; \
	done

fuzzers: ${FUZZ_PROGS}

# For the BSDs, from Linux: build/freebsd-amd64/etherpuppet, ...
cross:
	tests/cross/build

# For routers, from Linux: build/linux-mips/etherpuppet, ..., which need nothing
# there but the kernel
static:
	tests/cross/build ${STATIC}
	tests/static/sizes ${STATIC}

# Beside "machine", which tells a router's name among them
install-static:
	install -d ${DESTDIR}${LIBEXECDIR}/etherpuppet
	install -m 755 contrib/router/machine ${DESTDIR}${LIBEXECDIR}/etherpuppet/
	for t in ${STATIC}; do \
		install -m 755 build/$$t/etherpuppet \
		    ${DESTDIR}${LIBEXECDIR}/etherpuppet/$$t || exit 1; \
	done

install: all
	install -d ${DESTDIR}${BINDIR} ${DESTDIR}${MANDIR}/man1 ${DESTDIR}${MANDIR}/man7
	install -m 755 ${BUILD}/etherpuppet ${DESTDIR}${BINDIR}/
	install -m 644 man/etherpuppet.1 ${DESTDIR}${MANDIR}/man1/
	install -m 644 man/etherpuppet.7 ${DESTDIR}${MANDIR}/man7/
	test -z "${UNITDIR}" || { install -d ${DESTDIR}${UNITDIR} && \
	    sed 's|^ExecStart=|&${BINDIR}/|' 'contrib/systemd/etherpuppet@.service' \
		>${BUILD}/etherpuppet@.service && \
	    install -m 644 ${BUILD}/etherpuppet@.service ${DESTDIR}${UNITDIR}/; }
	test -z "${SYSUSERSDIR}" || { install -d ${DESTDIR}${SYSUSERSDIR} && \
	    install -m 644 contrib/systemd/sysusers.conf \
		${DESTDIR}${SYSUSERSDIR}/etherpuppet.conf; }
	test -z "${EXTCAPDIR}" || { install -d ${DESTDIR}${EXTCAPDIR} && \
	    install -m 755 contrib/wireshark/etherpuppet-extcap \
		${DESTDIR}${EXTCAPDIR}/; }
	test -z "${BASHCOMPDIR}" || { install -d ${DESTDIR}${BASHCOMPDIR} && \
	    install -m 644 contrib/completion/bash \
		${DESTDIR}${BASHCOMPDIR}/etherpuppet; }
	test -z "${ZSHCOMPDIR}" || { install -d ${DESTDIR}${ZSHCOMPDIR} && \
	    install -m 644 contrib/completion/zsh \
		${DESTDIR}${ZSHCOMPDIR}/_etherpuppet; }
	test -z "${FISHCOMPDIR}" || { install -d ${DESTDIR}${FISHCOMPDIR} && \
	    install -m 644 contrib/completion/fish \
		${DESTDIR}${FISHCOMPDIR}/etherpuppet.fish; }

uninstall:
	rm -f ${DESTDIR}${BINDIR}/etherpuppet ${DESTDIR}${MANDIR}/man1/etherpuppet.1 \
	    ${DESTDIR}${MANDIR}/man7/etherpuppet.7
	test -z "${UNITDIR}" || rm -f ${DESTDIR}${UNITDIR}/etherpuppet@.service
	test -z "${SYSUSERSDIR}" || \
	    rm -f ${DESTDIR}${SYSUSERSDIR}/etherpuppet.conf
	test -z "${EXTCAPDIR}" || rm -f ${DESTDIR}${EXTCAPDIR}/etherpuppet-extcap
	test -z "${BASHCOMPDIR}" || rm -f ${DESTDIR}${BASHCOMPDIR}/etherpuppet
	test -z "${ZSHCOMPDIR}" || rm -f ${DESTDIR}${ZSHCOMPDIR}/_etherpuppet
	test -z "${FISHCOMPDIR}" || rm -f ${DESTDIR}${FISHCOMPDIR}/etherpuppet.fish
	for f in machine ${STATIC}; do \
		rm -f ${DESTDIR}${LIBEXECDIR}/etherpuppet/$$f; \
	done
	rmdir ${DESTDIR}${LIBEXECDIR}/etherpuppet 2>/dev/null || true

# after a change of the option table
completion: ${BUILD}/etherpuppet
	for s in bash zsh fish; do \
		${BUILD}/etherpuppet -h | contrib/completion/generate $$s \
		    >contrib/completion/$$s || exit 1; \
	done

# etherpuppet-${VERSION}.tar.gz, with GNU tar
dist:
	contrib/dist ${VERSION}

clean:
	rm -rf build

.PHONY: all tests check asan killed fuzz fuzzers cross static install install-static \
	uninstall completion dist clean
