#include <unistd.h>

#include "platform.h"

void
descriptors_close(int from)
{
	closefrom(from);
}
