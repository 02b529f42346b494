/* job.c: runs programs and handles their pictures, by rows: what this program itself holds would count as its children's peak
 * memory, which the system takes over from before exec. */
#include "bench/job.h"

#include "bench/limits.h"
#include "bench/picture.h"
#include <imgconv/imgconv.h>

#include <fcntl.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

void job_input(const struct folders *folders, const struct job *job, char *path)
{
    snprintf(path, 4096, "%s/%s", folders->bench, job->input);
}

void job_output(const struct folders *folders, const struct job *job, int program, char *path)
{
    snprintf(path, 4096, "%s/result-%d.%s", folders->bench, program, job->suffix);
}

/* One word with its %X filled in. */
static char *expand(const struct folders *folders, const struct job *job, int program, const char *word)
{
    char path[4096], *text = NULL;
    const char *percent = strchr(word, '%'), *value = path;
    if (!percent)
        return strdup(word);
    switch (percent[1]) {
    case 'I':
        job_input(folders, job, path);
        break;
    case 'O':
        job_output(folders, job, program, path);
        break;
    default:
        value = percent[1] == 'B' ? folders->bench : percent[1] == 'P' ? folders->imgconv : folders->sources;
    }
    return asprintf(&text, "%.*s%s%s", (int)(percent - word), word, value, percent + 2) < 0 ? NULL : text;
}

/* Starts a program with its words going to no terminal; -1 where it cannot. */
static pid_t start(char **words)
{
    pid_t child;
    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0);
    int failure = posix_spawnp(&child, words[0], &quiet, NULL, words, environ);
    posix_spawn_file_actions_destroy(&quiet);
    return failure ? -1 : child;
}

void job_run(const struct folders *folders, const struct job *job, int program, struct outcome *outcome)
{
    char *words[WORDS_MAX + 1] = {NULL}, path[4096];
    struct rusage usage;
    struct stat file;
    int state = -1;
    for (int i = 0; i < WORDS_MAX && job->programs[program].words[i]; i++)
        words[i] = expand(folders, job, program, job->programs[program].words[i]);
    job_output(folders, job, program, path);
    unlink(path);
    double begin = limits_clock();
    pid_t child = start(words);
    if (child > 0 && wait4(child, &state, 0, &usage) == child && state == 0) {
        outcome->seconds[outcome->runs++] = limits_clock() - begin;
        outcome->peak = fmax(outcome->peak, (double)usage.ru_maxrss / 1024);
        outcome->size = stat(path, &file) == 0 ? (long)file.st_size : 0;
    } else {
        outcome->failed = true;
    }
    for (int i = 0; words[i]; i++)
        free(words[i]);
}

bool job_draw(const struct folders *folders, const struct job *job)
{
    char path[4096];
    struct imc_error error = {0};
    struct imc_writer *writer = NULL;
    struct imc_writer_options options;
    struct imc_image_info info = {
        .width = job->width, .height = job->height, .channels = job->channels, .type = IMC_U8, .full_scale = 255, .bits = 8};
    size_t count = (size_t)job->width * (size_t)job->channels;
    job_input(folders, job, path);
    if (access(path, R_OK) == 0)
        return true;
    fprintf(stderr, "drawing %s\n", path);
    float *row = malloc(count * sizeof *row);
    uint8_t *bytes = malloc(count);
    imc_writer_options_default(&options);
    options.compression = job->huge ? 1 : options.compression;
    enum imc_status status = row && bytes ? imc_writer_open(path, &info, &options, &writer, &error) : IMC_ERR_MEMORY;
    for (int y = 0; y < job->height && status == IMC_OK; y++) {
        picture_row(row, y, job->width, job->height, job->channels);
        for (size_t i = 0; i < count; i++)
            bytes[i] = (uint8_t)lrintf(row[i]);
        status = imc_writer_write(writer, bytes, 1, &error);
    }
    if (status == IMC_OK)
        status = imc_writer_finish(writer, &error);
    imc_writer_close(writer);
    free(row);
    free(bytes);
    if (status != IMC_OK)
        fprintf(stderr, "bench: %s\n", error.message);
    return status == IMC_OK;
}

/* Adds up the differences of two open pictures of one size. */
static bool compare_rows(struct imc_reader *a, struct imc_reader *b, double *mean, int *worst)
{
    const struct imc_image_info *info = imc_reader_info(a), *other = imc_reader_info(b);
    size_t count = (size_t)info->width * (size_t)info->channels;
    bool alike = info->width == other->width && info->height == other->height && info->channels == other->channels &&
                 info->type == IMC_U8 && other->type == IMC_U8;
    uint8_t *row_a = malloc(count), *row_b = malloc(count);
    double sum = 0;
    alike &= row_a && row_b;
    for (int y = 0; alike && y < info->height; y++) {
        alike = imc_reader_read(a, row_a, 1, NULL) == IMC_OK && imc_reader_read(b, row_b, 1, NULL) == IMC_OK;
        for (size_t i = 0; alike && i < count; i++) {
            int difference = abs(row_a[i] - row_b[i]);
            sum += difference;
            *worst = difference > *worst ? difference : *worst;
        }
    }
    *mean = sum / ((double)count * info->height);
    free(row_a);
    free(row_b);
    return alike;
}

bool job_compare(const char *path_a, const char *path_b, double *mean, int *worst)
{
    struct imc_reader *a = NULL, *b = NULL;
    *worst = 0;
    bool done = imc_reader_open(path_a, NULL, &a, NULL) == IMC_OK && imc_reader_open(path_b, NULL, &b, NULL) == IMC_OK &&
                compare_rows(a, b, mean, worst);
    imc_reader_close(a);
    imc_reader_close(b);
    return done;
}
