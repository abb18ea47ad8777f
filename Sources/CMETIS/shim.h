#include <metis.h>
#include <stdio.h>

// METIS prints remarks about parts that stay empty to the standard output, which belongs to the
// program: the C library's stream, and nothing else, leads nowhere during the call.
static inline int partita_metis_kway(idx_t *vertices, idx_t *constraints, idx_t *starts,
                                     idx_t *neighbours, idx_t *vertex_weights,
                                     idx_t *edge_weights, idx_t *parts, idx_t *options,
                                     idx_t *cut, idx_t *part_of) {
  FILE *output = stdout;
  FILE *nowhere = fopen("/dev/null", "w");
  if (nowhere) stdout = nowhere;
  int status = METIS_PartGraphKway(vertices, constraints, starts, neighbours, vertex_weights, NULL,
                                   edge_weights, parts, NULL, NULL, options, cut, part_of);
  stdout = output;
  if (nowhere) fclose(nowhere);
  return status;
}
