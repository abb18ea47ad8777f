// A primitive together with its memory objects and scratchpad.
#include "internal.h"

int pd_operation_create(
    const pd_context *context, dnnl_primitive_desc_t description, pd_operation *out) {
  memset(out, 0, sizeof *out);
  int status = (int)dnnl_primitive_create(&out->primitive, description);
  if (status == PD_OK) {
    pd_layout scratchpad = dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0);
    out->scratchpad = scratchpad ? dnnl_memory_desc_get_size(scratchpad) : 0;
    if (out->scratchpad > 0)
      status = pd_operation_argument(context, out, DNNL_ARG_SCRATCHPAD, scratchpad);
  }
  if (status != PD_OK) pd_operation_destroy(out);
  return status;
}

int pd_operation_argument(
    const pd_context *context, pd_operation *operation, int name, pd_layout layout) {
  dnnl_exec_arg_t *argument = &operation->arguments[operation->count];
  PD_TRY(dnnl_memory_create(&argument->memory, layout, context->engine, DNNL_MEMORY_NONE));
  argument->arg = name;
  operation->count++;
  return PD_OK;
}

int pd_operation_run(
    const pd_context *context, pd_operation *operation, void *const *addresses,
    void *scratchpad) {
  int next = 0;
  for (int i = 0; i < operation->count; i++) {
    const dnnl_exec_arg_t *argument = &operation->arguments[i];
    void *address = argument->arg == DNNL_ARG_SCRATCHPAD ? scratchpad : addresses[next++];
    PD_TRY(dnnl_memory_set_data_handle(argument->memory, address));
  }
  PD_TRY(dnnl_primitive_execute(
      operation->primitive, context->stream, operation->count, operation->arguments));
  return (int)dnnl_stream_wait(context->stream);
}

void pd_operation_destroy(pd_operation *operation) {
  for (int i = 0; i < operation->count; i++) dnnl_memory_destroy(operation->arguments[i].memory);
  if (operation->primitive) dnnl_primitive_destroy(operation->primitive);
  memset(operation, 0, sizeof *operation);
}
