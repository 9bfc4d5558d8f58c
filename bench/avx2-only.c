// What a processor without AVX-512, AMX and VNNI would do, on one that has them: loaded before a program, this hides them from it.
// The instruction CPUID is made to fault (Linux on Intel since Ivy Bridge: `grep cpuid_fault /proc/cpuinfo`), and is answered
// without their bits.
//   gcc -O2 -shared -fPIC bench/avx2-only.c -o avx2-only.so
//   LD_PRELOAD=$PWD/avx2-only.so espalier bench house-numbers
// With SSE_ONLY=1 in the environment AVX, AVX2, FMA and F16C are hidden, too; from the C library, which has looked before, by
// GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-FMA.
#define _GNU_SOURCE
#include <asm/prctl.h>
#include <dlfcn.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

typedef int (*set_action)(int, const struct sigaction *, struct sigaction *);

static struct sigaction programs;
static int sse_only;

static set_action real(void) { return (set_action)dlsym(RTLD_NEXT, "sigaction"); }

static void answer(greg_t *registers) {
  uint32_t leaf = registers[REG_RAX], sub = registers[REG_RCX], a = leaf, b, c = sub, d;
  syscall(SYS_arch_prctl, ARCH_SET_CPUID, 1);
  __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  syscall(SYS_arch_prctl, ARCH_SET_CPUID, 0);
  if (leaf == 7 && sub == 0) {
    b &= ~0xDC230000u;  // AVX-512 F, DQ, IFMA, PF, ER, CD, BW, VL
    c &= ~0x00005842u;  // AVX-512 VBMI, VBMI2, VNNI, BITALG, VPOPCNTDQ
    d &= ~0x03C0010Cu;  // AVX-512 4VNNIW, 4FMAPS, VP2INTERSECT, FP16; AMX BF16, tiles, INT8
  } else if (leaf == 7 && sub == 1) {
    a &= ~0x00A00030u;  // AVX-VNNI, AVX-512 BF16, AMX FP16, AVX-IFMA
    d &= ~0x00080530u;  // AVX-VNNI-INT8 and -INT16, AVX-NE-CONVERT, AMX COMPLEX, AVX10
  } else if (leaf == 13 && sub == 0) {
    a &= ~0x000600E0u;  // the state of both
  }

  if (sse_only && leaf == 1) c &= ~0x30001000u;  // AVX, F16C, FMA
  if (sse_only && leaf == 7 && sub == 0) {
    b &= ~0x00000020u;  // AVX2
    c &= ~0x00000600u;  // VAES, VPCLMULQDQ
  }

  registers[REG_RAX] = a, registers[REG_RBX] = b, registers[REG_RCX] = c, registers[REG_RDX] = d;
}

static void on_fault(int signal_number, siginfo_t *info, void *context) {
  greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
  const uint8_t *instruction = (const uint8_t *)registers[REG_RIP];
  if (instruction[0] == 0x0F && instruction[1] == 0xA2) {
    answer(registers);
    registers[REG_RIP] += 2;
  } else if (programs.sa_flags & SA_SIGINFO) {
    programs.sa_sigaction(signal_number, info, context);
  } else {
    signal(signal_number, SIG_DFL);
    raise(signal_number);
  }
}

// The program's own handler, which .NET makes null references into exceptions by, has what is no CPUID.
int sigaction(int signal_number, const struct sigaction *now, struct sigaction *before) {
  if (signal_number != SIGSEGV) return real()(signal_number, now, before);
  if (before) *before = programs;
  if (now) programs = *now;
  return 0;
}

__attribute__((constructor)) static void begin(void) {
  sse_only = getenv("SSE_ONLY") != NULL;
  struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK};
  real()(SIGSEGV, &action, NULL);
  if (syscall(SYS_arch_prctl, ARCH_SET_CPUID, 0)) perror("avx2-only: CPUID does not fault here, nothing is hidden");
}
