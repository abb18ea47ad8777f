// Swift can't import the macros behind MPI's predefined handles, so each that Partita needs has a
// getter here. Plain constants and functions come through as they are.
#pragma once

// The C++ bindings, gone since MPI 3.0, would need a C++ compiler.
#define OMPI_SKIP_MPICXX 1
#include <mpi.h>

static inline MPI_Comm CMPI_COMM_WORLD(void) { return MPI_COMM_WORLD; }
static inline MPI_Comm CMPI_COMM_NULL(void) { return MPI_COMM_NULL; }
static inline MPI_Comm CMPI_COMM_SELF(void) { return MPI_COMM_SELF; }
static inline MPI_Request CMPI_REQUEST_NULL(void) { return MPI_REQUEST_NULL; }
static inline MPI_Status *CMPI_STATUS_IGNORE(void) { return MPI_STATUS_IGNORE; }
static inline MPI_Errhandler CMPI_ERRORS_RETURN(void) { return MPI_ERRORS_RETURN; }
static inline MPI_Datatype CMPI_BYTE(void) { return MPI_BYTE; }
static inline MPI_Datatype CMPI_INT32(void) { return MPI_INT32_T; }
static inline MPI_Datatype CMPI_INT64(void) { return MPI_INT64_T; }
static inline MPI_Datatype CMPI_DOUBLE(void) { return MPI_DOUBLE; }
static inline MPI_Op CMPI_SUM(void) { return MPI_SUM; }
static inline MPI_Op CMPI_MIN(void) { return MPI_MIN; }
static inline MPI_Win CMPI_WIN_NULL(void) { return MPI_WIN_NULL; }
static inline MPI_Info CMPI_INFO_NULL(void) { return MPI_INFO_NULL; }
static inline int CMPI_COMM_TYPE_SHARED(void) { return MPI_COMM_TYPE_SHARED; }
static inline void *CMPI_IN_PLACE(void) { return MPI_IN_PLACE; }
static const int CMPI_ANY_SOURCE = MPI_ANY_SOURCE, CMPI_ANY_TAG = MPI_ANY_TAG;
