/* picket/abi.h - the whole contract. */
#ifndef PICKET_ABI_H
#define PICKET_ABI_H
#include "picket/abi/host.h"
#include "picket/abi/provider.h"
#include "picket/abi/types.h"
#endif
