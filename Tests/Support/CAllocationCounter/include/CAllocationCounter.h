// Counts the allocations of the process that it is linked into, by who asked for them.
//
// Linking it is enough: it defines malloc and its like, which then take the place of glibc's for
// the whole process, the libraries included. Switched off, it only passes calls on.
#ifndef PARTITA_CALLOCATIONCOUNTER_H
#define PARTITA_CALLOCATIONCOUNTER_H

#include <stdbool.h>
#include <stddef.h>

// Calls of malloc, calloc, realloc and the aligned ones while the counter was on.
typedef struct {
  long own;     // by Partita: its code, and the Swift runtime and libraries working for it
  long onednn;  // inside of oneDNN or its OpenMP
  long mpi;     // inside of Open MPI or what it brings along
} ac_counts;

// Begins or ends to count, on all threads.
void ac_switch(bool on);
ac_counts ac_read(void);

// The number of own allocations whose traces are kept: the first few.
int ac_trace_count(void);
// Writes one trace, innermost frame first, as "object+offset symbol < ...".
void ac_describe_trace(int index, char *text, size_t size);

#endif
