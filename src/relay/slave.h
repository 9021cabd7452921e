/* SPDX-License-Identifier: ISC */
/* The side with the real interface. */
#ifndef SLAVE_H
#define SLAVE_H

#include "relay/relay.h"

extern const struct side side_slave;

#endif
