#ifndef PARTITA_CHARGE_H
#define PARTITA_CHARGE_H

#include "CAllocationCounter.h"

bool ac_is_on(void);
// Counts one call of malloc or its like that returns to `caller`.
void ac_charge(void *caller);

#endif
