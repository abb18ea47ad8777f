// The texts of the status codes.
#include "CKernels.h"

const char *pk_status_text(int status) {
  switch (status) {
  case PK_OK: return "no error";
  case PK_OUT_OF_RANGE: return "a label or row number is out of range";
  case PK_NOT_A_POWER_OF_TWO: return "the number of parts is not a power of two";
  case PK_BAD_AXES: return "the axes are no permutation of one to four axes";
  default: return "unknown status";
  }
}
