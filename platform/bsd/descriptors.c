#include <unistd.h>

#include "privilege/platform.h"

void
descriptors_close(int from)
{
	closefrom(from);
}
