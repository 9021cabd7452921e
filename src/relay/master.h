/* SPDX-License-Identifier: ISC */
/* The side with the doll, or with a capture file (-w). */
#ifndef MASTER_H
#define MASTER_H

#include "relay/relay.h"

extern const struct side side_master;

#endif
