/* interrupt.h: Ctrl-C ends a run in good order. */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include <stdbool.h>

/* From now on the first SIGINT or SIGTERM only sets a flag; the second one kills. A broken pipe becomes an error of the write. */
void interrupt_catch(void);
/* Did a signal come? */
bool interrupt_came(void);

#endif
