/* test_outfile.c: output that does no harm. Each test works in a folder of its own and looks at what is left in it. */
#include "base/outfile.h"
#include "base/tempfile.h"
#include "support/testing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[300];
static struct imc_error error;

/* In place of the system's: waits are counted. */
static int waits;

int fsync(int fd)
{
    waits++;
    return fdatasync(fd);
}

static void setup(void)
{
    static int number;
    snprintf(folder, sizeof folder, "%s/%d", test_folder(), number++);
    ck_assert_int_eq(mkdir(folder, 0755), 0);
    umask(022);
}

/* A path in the folder; four at a time. */
static const char *in_folder(const char *name)
{
    static char paths[4][400];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static void make_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
}

static void check_content(const char *path, const char *text)
{
    char got[100] = "";
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file, "%s: %s", path, strerror(errno));
    got[fread(got, 1, sizeof got - 1, file)] = 0;
    fclose(file);
    ck_assert_str_eq(got, text);
}

static int entries(void)
{
    int count = 0;
    DIR *open_folder = opendir(folder);
    for (struct dirent *entry; (entry = readdir(open_folder));)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(open_folder);
    return count;
}

static mode_t mode_of(const char *path)
{
    struct stat status;
    ck_assert_int_eq(lstat(path, &status), 0);
    return status.st_mode & 07777;
}

static struct outfile *open_ok(const char *path, bool no_clobber)
{
    struct outfile *file;
    ck_assert_msg(outfile_open(path, no_clobber, &file, &error) == IMC_OK, "%s", error.message);
    return file;
}

static void write_text(const char *path, const char *text)
{
    struct outfile *file = open_ok(path, false);
    ck_assert_int_eq(outfile_write(file, text, strlen(text), &error), IMC_OK);
    ck_assert_msg(outfile_commit(file, &error) == IMC_OK, "%s", error.message);
    outfile_close(file);
}

START_TEST(new_file)
{
    const char *path = in_folder("new");
    struct outfile *file = open_ok(path, false);
    ck_assert_str_eq(outfile_name(file), path);
    ck_assert_int_eq(outfile_write(file, "hello", 5, &error), IMC_OK);
    ck_assert_int_ne(access(path, F_OK), 0);
    ck_assert_int_eq(outfile_commit(file, &error), IMC_OK);
    outfile_close(file);
    check_content(path, "hello");
    ck_assert_int_eq(mode_of(path), 0644);
    ck_assert_int_eq(entries(), 1);
}
END_TEST

START_TEST(umask_holds)
{
    umask(077);
    write_text(in_folder("private"), "x");
    ck_assert_int_eq(mode_of(in_folder("private")), 0600);
}
END_TEST

START_TEST(replaced_file_keeps_its_mode)
{
    const char *path = in_folder("old");
    make_file(path, "old");
    ck_assert_int_eq(chmod(path, 0640), 0);
    struct outfile *file = open_ok(path, false);
    ck_assert_int_eq(outfile_write(file, "new", 3, &error), IMC_OK);
    check_content(path, "old");
    ck_assert_int_eq(outfile_commit(file, &error), IMC_OK);
    outfile_close(file);
    check_content(path, "new");
    ck_assert_int_eq(mode_of(path), 0640);
    ck_assert_int_eq(entries(), 1);
}
END_TEST

START_TEST(unfinished_file_disappears)
{
    const char *path = in_folder("old");
    make_file(path, "old");
    struct outfile *file = open_ok(path, false);
    ck_assert_int_eq(outfile_write(file, "new", 3, &error), IMC_OK);
    outfile_close(file);
    check_content(path, "old");
    file = open_ok(in_folder("other"), false);
    outfile_close(file);
    ck_assert_int_eq(entries(), 1);
    outfile_close(NULL);
}
END_TEST

START_TEST(large_writes)
{
    enum { SIZE = 300000 };
    unsigned char *data = malloc(SIZE), *got = malloc(SIZE + 1);
    struct test_rng rng = {test_seed()};
    for (int i = 0; i < SIZE; i++)
        data[i] = (unsigned char)test_random(&rng);
    struct outfile *file = open_ok(in_folder("large"), false);
    for (size_t at = 0, step = 1; at < SIZE; step = step * 5 % 90001) {
        size_t part = step < SIZE - at ? step : SIZE - at;
        ck_assert_int_eq(outfile_write(file, data + at, part, &error), IMC_OK);
        at += part;
    }
    ck_assert_int_eq(outfile_commit(file, &error), IMC_OK);
    outfile_close(file);
    FILE *in = fopen(in_folder("large"), "rb");
    ck_assert_int_eq((int)fread(got, 1, SIZE + 1, in), SIZE);
    fclose(in);
    ck_assert(memcmp(got, data, SIZE) == 0);
    free(data);
    free(got);
}
END_TEST

START_TEST(symlinks)
{
    make_file(in_folder("target"), "old");
    ck_assert_int_eq(mkdir(in_folder("sub"), 0755), 0);
    ck_assert_int_eq(symlink("../target", in_folder("sub/one")), 0);
    ck_assert_int_eq(symlink("sub/one", in_folder("two")), 0);
    ck_assert_int_eq(symlink("sub/missing", in_folder("dangling")), 0);
    ck_assert_int_eq(symlink("loop", in_folder("loop")), 0);
    write_text(in_folder("two"), "new");
    check_content(in_folder("target"), "new");
    write_text(in_folder("dangling"), "made");
    check_content(in_folder("sub/missing"), "made");
    struct stat status;
    ck_assert_int_eq(lstat(in_folder("two"), &status), 0);
    ck_assert(S_ISLNK(status.st_mode));
    ck_assert_int_eq(lstat(in_folder("sub/one"), &status), 0);
    ck_assert(S_ISLNK(status.st_mode));
    struct outfile *file;
    ck_assert_int_eq(outfile_open(in_folder("loop"), false, &file, &error), IMC_ERR_IO);
    ck_assert_ptr_nonnull(strstr(error.message, strerror(ELOOP)));
}
END_TEST

START_TEST(no_clobber)
{
    const char *path = in_folder("kept");
    struct outfile *file;
    make_file(path, "old");
    ck_assert_int_eq(outfile_open(path, true, &file, &error), IMC_ERR_IO);
    ck_assert_ptr_null(file);
    ck_assert_ptr_nonnull(strstr(error.message, "exists already"));
    check_content(path, "old");
    /* The file appears while we write. */
    path = in_folder("race");
    file = open_ok(path, true);
    ck_assert_int_eq(outfile_write(file, "new", 3, &error), IMC_OK);
    make_file(path, "other");
    ck_assert_int_eq(outfile_commit(file, &error), IMC_ERR_IO);
    ck_assert_ptr_nonnull(strstr(error.message, "exists already"));
    outfile_close(file);
    check_content(path, "other");
    file = open_ok(in_folder("fresh"), true);
    ck_assert_int_eq(outfile_commit(file, &error), IMC_OK);
    outfile_close(file);
    ck_assert_int_eq(entries(), 3);
}
END_TEST

static int waits_of(const char *path, bool no_clobber)
{
    waits = 0;
    struct outfile *file = open_ok(path, no_clobber);
    bool hidden = entries() > (access(path, F_OK) == 0); /* then always */
    ck_assert_int_eq(outfile_commit(file, &error), IMC_OK);
    outfile_close(file);
    return hidden ? -1 : waits;
}

/* Nobody waits for the disk where there is nothing to lose. */
START_TEST(waits_for_the_disk)
{
    const char *path = in_folder("picture");
    int got = waits_of(path, false);
    ck_assert_int_le(got, 0);
    ck_assert_int_eq(waits_of(path, false), got < 0 ? got : 1); /* replaces it */
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(waits_of(path, true), got < 0 ? got : 1); /* its name will tell that it is whole */
}
END_TEST

/* The way of file systems without nameless files. */
START_TEST(hidden_names)
{
    for (int no_clobber = 0; no_clobber < 2; no_clobber++)
        for (int exists = 0; exists < 2; exists++) {
            const char *path = in_folder("target"), *hidden = in_folder(".hidden");
            unlink(path);
            if (exists)
                make_file(path, "old");
            make_file(hidden, "new");
            struct tempfile temp = {open(hidden, O_WRONLY), strdup(path), strdup(hidden)};
            bool placed = tempfile_place(&temp, no_clobber);
            ck_assert(placed == !(no_clobber && exists));
            ck_assert(placed || errno == EEXIST);
            tempfile_discard(&temp);
            free(temp.target);
            check_content(path, placed ? "new" : "old");
            ck_assert_int_eq(entries(), 1);
        }
}
END_TEST

START_TEST(full_disk)
{
    static unsigned char block[100000];
    struct outfile *file = open_ok("/dev/full", false);
    ck_assert_int_eq(outfile_write(file, block, sizeof block, &error), IMC_ERR_IO);
    ck_assert_str_eq(error.message, "/dev/full: cannot write: No space left on device");
    ck_assert_int_eq(outfile_write(file, block, 1, &error), IMC_ERR_IO);
    error.message[0] = 0;
    ck_assert_int_eq(outfile_commit(file, &error), IMC_ERR_IO);
    ck_assert_str_eq(error.message, "/dev/full: cannot write: No space left on device");
    outfile_close(file);
    file = open_ok("/dev/full", true); /* a device is not replaced, so nothing is clobbered */
    ck_assert_int_eq(outfile_write(file, block, 10, &error), IMC_OK);
    ck_assert_int_eq(outfile_commit(file, &error), IMC_ERR_IO);
    outfile_close(file);
    ck_assert_int_eq(access("/dev/full", W_OK), 0);
}
END_TEST

START_TEST(fifo)
{
    const char *path = in_folder("fifo");
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    int reader = open(path, O_RDONLY | O_NONBLOCK);
    write_text(path, "through");
    char got[20] = "";
    ck_assert_int_eq((int)read(reader, got, sizeof got), 7);
    ck_assert_str_eq(got, "through");
    struct stat status;
    ck_assert_int_eq(lstat(path, &status), 0);
    ck_assert(S_ISFIFO(status.st_mode));
    /* The reader goes away: an error, not a signal that ends the program. */
    struct outfile *file = open_ok(path, false);
    close(reader);
    ck_assert_int_eq(outfile_write(file, "x", 1, &error), IMC_OK);
    ck_assert_int_eq(outfile_commit(file, &error), IMC_ERR_IO);
    ck_assert_ptr_nonnull(strstr(error.message, "fifo: cannot write: Broken pipe"));
    outfile_close(file);
    sigset_t pending;
    sigpending(&pending);
    ck_assert(!sigismember(&pending, SIGPIPE));
}
END_TEST

START_TEST(unix_socket)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%.90s/socket", folder);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    ck_assert_int_eq(listen(listener, 1), 0);
    write_text(address.sun_path, "through");
    int peer = accept(listener, NULL, NULL);
    char got[20] = "";
    ck_assert_int_eq((int)read(peer, got, sizeof got), 7);
    ck_assert_str_eq(got, "through");
    close(peer);
    close(listener);
}
END_TEST

START_TEST(refused_names)
{
    struct outfile *file;
    ck_assert_int_eq(outfile_open(folder, false, &file, &error), IMC_ERR_IO);
    ck_assert_ptr_nonnull(strstr(error.message, "is a folder"));
    ck_assert_int_eq(outfile_open(in_folder("missing/out"), false, &file, &error), IMC_ERR_IO);
    ck_assert_ptr_nonnull(strstr(error.message, "No such file or directory"));
    ck_assert_int_eq(outfile_open("", false, &file, &error), IMC_ERR_ARGUMENT);
    ck_assert_int_eq(outfile_open(in_folder("missing/"), false, &file, &error), IMC_ERR_IO);
    ck_assert_int_eq(entries(), 0);
}
END_TEST

/* In a child that is nobody, since root may write everywhere. Returns its exit status. */
static int as_nobody(int (*work)(void))
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        _exit(setgid(65534) == 0 && setuid(65534) == 0 ? work() : 99);
    int status = 0;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

static int open_forbidden(void)
{
    struct outfile *file;
    if (outfile_open(in_folder("locked/out"), false, &file, &error) != IMC_ERR_IO || !strstr(error.message, "Permission denied"))
        return 1;
    if (outfile_open(in_folder("open/readonly"), false, &file, &error) != IMC_ERR_IO || !strstr(error.message, "Permission denied"))
        return 2;
    return 0;
}

START_TEST(unwritable)
{
    ck_assert_int_eq(mkdir(in_folder("locked"), 0555), 0);
    ck_assert_int_eq(mkdir(in_folder("open"), 0777), 0);
    ck_assert_int_eq(chmod(in_folder("open"), 0777), 0);
    make_file(in_folder("open/readonly"), "old");
    ck_assert_int_eq(chmod(in_folder("open/readonly"), 0444), 0);
    ck_assert_int_eq(chmod(test_folder(), 0755), 0);
    int status = geteuid() == 0 ? as_nobody(open_forbidden) : open_forbidden();
    if (status == 99)
        printf("unwritable folder: skipped, this root cannot become another user\n");
    else
        ck_assert_int_eq(status, 0);
    check_content(in_folder("open/readonly"), "old");
}
END_TEST

START_TEST(standard_output)
{
    int saved = dup(STDOUT_FILENO), ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    fflush(stdout);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[1]);
    struct outfile *file;
    enum imc_status status = outfile_open("-", false, &file, &error);
    if (status == IMC_OK) {
        outfile_write(file, "out", 3, &error);
        status = outfile_commit(file, &error);
        outfile_close(file);
    }
    int still_open = fcntl(STDOUT_FILENO, F_GETFD);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    ck_assert_int_eq(status, IMC_OK);
    ck_assert_int_ge(still_open, 0);
    char got[10] = "";
    ck_assert_int_eq((int)read(ends[0], got, sizeof got), 3);
    ck_assert_str_eq(got, "out");
    close(ends[0]);
}
END_TEST

START_TEST(terminal_is_refused)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) {
        printf("terminal: skipped, there are no pseudo terminals here\n");
        return;
    }
    int terminal = open(ptsname(master), O_RDWR | O_NOCTTY), saved = dup(STDOUT_FILENO);
    fflush(stdout);
    dup2(terminal, STDOUT_FILENO);
    struct outfile *file;
    enum imc_status status = outfile_open("-", false, &file, &error);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    ck_assert_int_eq(status, IMC_ERR_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "terminal"));
    ck_assert_int_eq(outfile_open(ptsname(master), false, &file, &error), IMC_ERR_ARGUMENT);
    close(terminal);
    close(master);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("outfile");
    TCase *tests = tcase_create("outfile");
    tcase_add_checked_fixture(tests, setup, NULL);
    tcase_add_test(tests, new_file);
    tcase_add_test(tests, umask_holds);
    tcase_add_test(tests, replaced_file_keeps_its_mode);
    tcase_add_test(tests, unfinished_file_disappears);
    tcase_add_test(tests, large_writes);
    tcase_add_test(tests, symlinks);
    tcase_add_test(tests, no_clobber);
    tcase_add_test(tests, waits_for_the_disk);
    tcase_add_test(tests, hidden_names);
    tcase_add_test(tests, full_disk);
    tcase_add_test(tests, fifo);
    tcase_add_test(tests, unix_socket);
    tcase_add_test(tests, refused_names);
    tcase_add_test(tests, unwritable);
    tcase_add_test(tests, standard_output);
    tcase_add_test(tests, terminal_is_refused);
    suite_add_tcase(suite, tests);
    return suite;
}
