#include "CKernels.h"
#include "vector.h"

int pk_level(void) {
#if defined(__x86_64__) && defined(__linux__) && !defined(PK_ONE_BODY)
  __builtin_cpu_init();
  return __builtin_cpu_supports("x86-64-v4") ? 4 : __builtin_cpu_supports("x86-64-v3") ? 3 : 1;
#else
  return 0;
#endif
}
