// Who asked for an allocation?
//
// Each code address lies in one loaded object: the executable, libdnnl.so, ... An object is
// Partita's (the executable, Swift's libraries), oneDNN's, MPI's, or nobody's: libc, libstdc++ and
// the like, which only pass on what they were asked for. The address that malloc returns to mostly
// decides. Where it is nobody's, as in `operator new` or strdup, the stack is walked outwards, by
// the unwind tables that every object carries, to the first frame that is somebody's. What stays
// open, at the end of a stack or of the tables, counts as Partita's own: the test would rather
// accuse us than miss something.
//
// So a call by us into MPI is MPI's, however deep it allocates there, as the frames of libmpi lie
// between; and what we do inside a library's callback would be ours. A thread that a library
// started ends in that library.
#define _GNU_SOURCE
#include "charge.h"

#include <dlfcn.h>
#include <link.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unwind.h>

typedef enum { NOBODY, OWN, ONEDNN, MPI } owner;

// Beginnings of file names.
static const struct {
  const char *name;
  owner owner;
} objects[] = {
    {"libswift", OWN},    {"libFoundation", OWN}, {"lib_Foundation", OWN}, {"libdispatch", OWN},
    {"libdnnl", ONEDNN},  {"libgomp", ONEDNN},    {"libomp", ONEDNN},      {"libtbb", ONEDNN},
    {"libmpi", MPI},      {"libopen-", MPI},      {"mca_", MPI},           {"libmca_", MPI},
    {"libpmix", MPI},     {"libprrte", MPI},      {"libucp", MPI},         {"libuct", MPI},
    {"libucs", MPI},      {"libucm", MPI},        {"libfabric", MPI},      {"libevent", MPI},
    {"libhwloc", MPI},    {"libpsm", MPI},        {"libibverbs", MPI},     {"librdmacm", MPI},
};

static atomic_bool on;
static atomic_long own, onednn, mpi;

// What the walk itself allocates isn't counted.
static _Thread_local bool is_charging;

// Takes no lock and allocates nothing, unlike dladdr.
static owner owner_of(void *address) {
  struct dl_find_object found;
  if (_dl_find_object(address, &found) != 0) return NOBODY;
  const char *path = found.dlfo_link_map->l_name;
  if (path[0] == '\0') return OWN;  // the executable
  const char *slash = strrchr(path, '/');
  const char *name = slash ? slash + 1 : path;
  for (size_t i = 0; i < sizeof objects / sizeof objects[0]; i++)
    if (strncmp(name, objects[i].name, strlen(objects[i].name)) == 0) return objects[i].owner;
  return NOBODY;
}

// -- Walks ----------------------------------------------------------------------------------------

typedef struct {
  void *caller;
  bool has_passed_caller;  // the frames before are those of this file and of malloc
  owner found;
} search;

static _Unwind_Reason_Code look(struct _Unwind_Context *frame, void *state) {
  search *s = state;
  void *address = (void *)_Unwind_GetIP(frame);
  if (!s->has_passed_caller) {
    s->has_passed_caller = address == s->caller;
    return _URC_NO_REASON;
  }
  s->found = owner_of(address);
  return s->found == NOBODY ? _URC_NO_REASON : _URC_END_OF_STACK;
}

static owner asker(void *caller) {
  owner direct = owner_of(caller);
  if (direct != NOBODY) return direct;
  search s = {.caller = caller};
  _Unwind_Backtrace(look, &s);
  return s.found == NOBODY ? OWN : s.found;
}

#define TRACES 4
#define FRAMES 8

typedef struct {
  void *caller;
  int count;  // -1: before the caller
  void *frames[FRAMES];
} trace;

static trace traces[TRACES];

static _Unwind_Reason_Code note(struct _Unwind_Context *frame, void *state) {
  trace *t = state;
  void *address = (void *)_Unwind_GetIP(frame);
  if (t->count < 0 && address != t->caller) return _URC_NO_REASON;
  if (t->count < 0) t->count = 0;
  t->frames[t->count++] = address;
  return t->count < FRAMES ? _URC_NO_REASON : _URC_END_OF_STACK;
}

// -- Counts ---------------------------------------------------------------------------------------

bool ac_is_on(void) { return atomic_load_explicit(&on, memory_order_relaxed) && !is_charging; }

void ac_charge(void *caller) {
  is_charging = true;
  switch (asker(caller)) {
    case ONEDNN: atomic_fetch_add(&onednn, 1); break;
    case MPI: atomic_fetch_add(&mpi, 1); break;
    default: {
      long index = atomic_fetch_add(&own, 1);
      if (index >= TRACES) break;
      traces[index] = (trace){.caller = caller, .count = -1};
      _Unwind_Backtrace(note, &traces[index]);
    }
  }
  is_charging = false;
}

void ac_switch(bool to) { atomic_store(&on, to); }

ac_counts ac_read(void) {
  return (ac_counts){
      .own = atomic_load(&own), .onednn = atomic_load(&onednn), .mpi = atomic_load(&mpi)};
}

int ac_trace_count(void) {
  long count = atomic_load(&own);
  return count < TRACES ? (int)count : TRACES;
}

void ac_describe_trace(int index, char *text, size_t size) {
  size_t length = 0;
  if (size > 0) text[0] = '\0';
  for (int i = 0; i < traces[index].count && length < size; i++) {
    char *address = traces[index].frames[i];
    Dl_info info = {0};
    dladdr(address, &info);
    const char *slash = info.dli_fname ? strrchr(info.dli_fname, '/') : NULL;
    length += (size_t)snprintf(
        text + length, size - length, "%s%s+%#tx %s", i > 0 ? " < " : "",
        slash ? slash + 1 : "?", address - (char *)info.dli_fbase,
        info.dli_sname ? info.dli_sname : "");
  }
}
