/* modelpath.h: the models that are shipped with the program. */
#ifndef MODELPATH_H
#define MODELPATH_H

#include <imgconv/status.h>
#include <stdbool.h>

/* Does the text begin with "model:"? */
bool model_is_named(const char *text);

/* The file of "model:NAME" (other names are taken as they are), freed by mem_free. It lies in share/imgconv beside the program, of
 * /usr/local or of /usr, or in samples/ of the source tree. Errors: IO (none of that name; the message says where it was looked
 * for), MEMORY. */
enum imc_status model_path(const char *name, char **path, struct imc_error *error);

#endif
