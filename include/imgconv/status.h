/* status.h: what a call can answer, and the sentence that says why.
 *
 * Every function that can fail returns an enum imc_status. Functions that meet the outside world (files, kernel texts,
 * descriptions) also fill a caller-owned struct imc_error with one sentence that names the file, the place and the remedy.
 * The library never prints, never exits and keeps no hidden message. An imc_error pointer may be NULL.
 *
 * Ownership in the whole API: who creates frees; every pointer argument is borrowed for the call.
 */
#ifndef IMGCONV_STATUS_H
#define IMGCONV_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define IMC_API __attribute__((visibility("default")))
#else
#define IMC_API
#endif

/* The numbers are stable: new ones are added at the end. */
enum imc_status {
    IMC_OK = 0,
    IMC_ERR_ARGUMENT = 1,    /* the request itself is wrong: an option, a kernel text, a description */
    IMC_ERR_MEMORY = 2,      /* the system gave no memory */
    IMC_ERR_LIMIT = 3,       /* a limit (max_pixels, max_memory) was met before memory was taken */
    IMC_ERR_IO = 4,          /* the system refused to open, read, write or rename */
    IMC_ERR_FORMAT = 5,      /* a file is damaged, truncated, or not what it claims to be */
    IMC_ERR_UNSUPPORTED = 6, /* well-formed, but not something imgconv reads or does (or was built without) */
    IMC_ERR_CANCELLED = 7    /* the caller's progress function asked to stop */
};

struct imc_error {
    enum imc_status status;
    char message[512]; /* one sentence, UTF-8, no newline; empty when status is IMC_OK */
};

/* The name of a status for logs, such as "damaged file". Never NULL. */
IMC_API const char *imc_status_text(enum imc_status status);

/* The entry of the NULL-terminated list `names` that is nearest to `word` by edit distance (letter case ignored), or NULL when
 * none is near enough to be a likely slip of the fingers. Names of one or two letters are never suggested. */
IMC_API const char *imc_name_nearest(const char *word, const char *const *names);

#ifdef __cplusplus
}
#endif
#endif
