/* net.h: small convolutional networks: trained, evaluated, used. Their convolutions are plans of conv.h, and the filters of the
 * first layer are kernels as any other (kernel.h: "digits.safetensors:conv1").
 *
 * A network is described by a text, such as "conv16x3,relu,pool2,conv32x3,relu,pool2,dense128,relu,dense10" (the default):
 * imgconv-train(1) has the grammar. Pictures are 8-bit gray, [height][width], and are divided by 255. The same seed gives the same
 * weights, bit for bit, at any number of threads and on any CPU level, and across a resume.
 *
 * Errors of all functions, beside those named: MEMORY.
 */
#ifndef IMGCONV_NET_H
#define IMGCONV_NET_H

#include <imgconv/status.h>
#include <imgconv/tensor.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- labelled pictures ---- */

struct imc_dataset;

enum imc_dataset_part { IMC_DATASET_TRAIN = 1, IMC_DATASET_TEST = 2, IMC_DATASET_BOTH = 3 };

/* Opens the data in `folder`: MNIST's four IDX files (.gz or not, either spelling), or a folder of pictures for each class, in
 * train/ and test/ or without. NULL looks in $IMGCONV_DATA, ./mnist, ./data/mnist and $XDG_DATA_HOME/imgconv/mnist, and where
 * there is nothing takes digits that imgconv draws itself, as "builtin" does: 60,000 and 10,000 of them
 * (imc_dataset_info.builtin). `parts` that are asked for must be there, but with BOTH the test part may be missing.
 * Errors: IO, FORMAT (what is damaged, in which file), ARGUMENT (half a pair), LIMIT. */
IMC_API enum imc_status imc_dataset_open(const char *folder, enum imc_dataset_part parts, struct imc_dataset **set,
                                         struct imc_error *error);
IMC_API void imc_dataset_free(struct imc_dataset *set);

struct imc_dataset_info {
    const char *source; /* "../data/mnist", or "built-in drawn digits (NOT MNIST)" */
    const char *name;   /* its last name, "mnist": says nothing about the machine */
    bool builtin;
    int train, test; /* pictures */
    int height, width, classes;
};
IMC_API void imc_dataset_get_info(const struct imc_dataset *set, struct imc_dataset_info *info);
/* Picture `index` of a part (TRAIN or TEST): pixels [height][width], valid as long as the set, and its class. */
IMC_API const uint8_t *imc_dataset_picture(const struct imc_dataset *set, enum imc_dataset_part part, int index, int *label);
/* "7", or the name of the folder. */
IMC_API const char *imc_dataset_class_name(const struct imc_dataset *set, int label);
/* The numbers of `count` different pictures of a part, picked at random; a seed always picks the same. Errors: ARGUMENT (there are
 * fewer). */
IMC_API enum imc_status imc_dataset_pick(const struct imc_dataset *set, enum imc_dataset_part part, uint64_t seed, int count,
                                         int *indices, struct imc_error *error);

/* ---- networks ---- */

struct imc_net;

/* A network of seed's first weights (Glorot's). arch NULL: the default. Errors: ARGUMENT (the text; the message names the layer),
 * LIMIT. */
IMC_API enum imc_status imc_net_create(const char *arch, int height, int width, int classes, uint64_t seed, struct imc_net **net,
                                       struct imc_error *error);
/* A model file as imc_train writes it. Errors: IO, FORMAT (damaged, or not a network of imgconv's), LIMIT. */
IMC_API enum imc_status imc_net_load(const char *path, struct imc_net **net, struct imc_error *error);
/* Writes a model file: safetensors, with the architecture, the preprocessing, the classes, the history, the command
 * that trained it and the hash of its weights as metadata. It takes its name only when whole. Errors: IO. */
IMC_API enum imc_status imc_net_save(const struct imc_net *net, const char *path, struct imc_error *error);
IMC_API void imc_net_free(struct imc_net *net);
/* Records what the network reached on test pictures, which imc_net_save then writes. `source` names them: "mnist". */
struct imc_evaluation;
IMC_API void imc_net_set_test(struct imc_net *net, const char *source, const struct imc_evaluation *evaluation);

struct imc_epoch {
    double rate;                                 /* the learning rate of its last step */
    double loss, accuracy;                       /* while training: running means over the epoch */
    double validation_loss, validation_accuracy; /* NAN without validation */
};

struct imc_net_info {
    const char *arch, *recipe; /* recipe "" where nobody trained it */
    const char *command; /* that trains it again, "imgconv train --data mnist --recipe notes --seed 1"; "" where none is known */
    const char *test;    /* what it reached on test pictures, for people; "" where nobody recorded it */
    int height, width, classes, layers;
    bool as_is; /* trained on the pictures of a folder as they were, so that a picture of its size is best given as it is */
    size_t parameters;
    uint64_t seed;
    int epochs; /* of the history */
    const struct imc_epoch *history;
};
/* Pointers are valid as long as the network. */
IMC_API void imc_net_get_info(const struct imc_net *net, struct imc_net_info *info);
/* The hash of its weights, as imc_tensors_hash gives for the file. */
IMC_API enum imc_status imc_net_hash(const struct imc_net *net, char text[IMC_HASH_TEXT_MAX], struct imc_error *error);
IMC_API const char *imc_net_class_name(const struct imc_net *net, int label);

struct imc_layer_info {
    char text[32];               /* "conv16x3" */
    char name[16];               /* "conv1", the prefix of its tensors; "" where it has none */
    int height, width, channels; /* of its output */
    size_t parameters;
    double dense_parameters; /* what a fully connected layer between the same shapes would have */
    double multiply_adds;    /* of one picture */
    int field_y, field_x;    /* how much of the input one output sees; all of it after a dense layer */
    int jump_y, jump_x;      /* input pixels between neighbouring outputs */
};
IMC_API void imc_net_get_layer(const struct imc_net *net, int layer, struct imc_layer_info *info);

/* ---- using ---- */

/* The confidences [count][classes] of `count` pictures [count][height][width]: the softmax of the outputs. threads 0: all.
 * Errors: ARGUMENT (count), FORMAT (weights so large that the outputs are no numbers). */
IMC_API enum imc_status imc_net_predict(const struct imc_net *net, const uint8_t *pictures, int count, int threads,
                                        float *confidences, struct imc_error *error);
/* The same again and again, with memory that is taken once: batches of up to `batch` pictures. The network must outlive it; one
 * call at a time. */
struct imc_predictor;
IMC_API enum imc_status imc_predictor_create(const struct imc_net *net, int batch, int threads, struct imc_predictor **predictor,
                                             struct imc_error *error);
IMC_API void imc_predictor_run(struct imc_predictor *predictor, const uint8_t *pictures, int count, float *confidences);
IMC_API void imc_predictor_free(struct imc_predictor *predictor);
/* The output of a layer for one picture: [channels][height][width] as imc_net_get_layer says. */
IMC_API enum imc_status imc_net_maps(const struct imc_net *net, const uint8_t *picture, int layer, float *maps,
                                     struct imc_error *error);

struct imc_evaluation {
    int count, right;
    double loss; /* mean */
};
/* Loss and hits over a part of a set whose pictures and classes fit; confidences [count][classes] where not NULL.
 * Errors: ARGUMENT (another size, other classes, an empty part), FORMAT (outputs that are no numbers). */
IMC_API enum imc_status imc_net_evaluate(const struct imc_net *net, const struct imc_dataset *set, enum imc_dataset_part part,
                                         int threads, struct imc_evaluation *evaluation, float *confidences,
                                         struct imc_error *error);

/* A labelled picture, and the confidence that a network has in its label. */
struct imc_judged {
    int index, label, predicted;
    float confidence, predicted_confidence; /* in the label, in what was predicted */
};
/* From the confidences that imc_net_evaluate gave for a part: counts [classes][classes], how many pictures of a label (the row)
 * were taken for a class (the column); and the pictures with the least confidence in their label, the least first and of equals
 * the first before, at most worst_max. Returns how many these are. */
IMC_API int imc_net_judge(const struct imc_net *net, const struct imc_dataset *set, enum imc_dataset_part part,
                          const float *confidences, int *counts, struct imc_judged *worst, int worst_max);

/* ---- training ---- */

enum imc_optimiser { IMC_OPTIMISER_SGD, IMC_OPTIMISER_ADAM, IMC_OPTIMISER_ADAMW };
enum imc_schedule { IMC_SCHEDULE_CONSTANT, IMC_SCHEDULE_COSINE, IMC_SCHEDULE_ONE_CYCLE };

/* Each is the largest change of a training picture, drawn evenly from -x..+x; 0 leaves it out. */
struct imc_augment {
    float shift;    /* pixels */
    float rotation; /* degrees */
    float scale, shear;
    float stroke;  /* pixels of ink added to, or taken from, both sides of a stroke */
    float elastic; /* pixels */
};

struct imc_train_options {
    const char *recipe; /* its name, for the record */
    const char *arch;   /* NULL: the default, with as many outputs as there are classes */
    int epochs, batch;
    double rate; /* learning rate: of all steps, or the peak of the schedule */
    enum imc_schedule schedule;
    enum imc_optimiser optimiser;
    double momentum, beta1, beta2, epsilon, weight_decay;
    double label_smoothing;
    double validation; /* share of the training pictures, the last ones, that is held back */
    int patience;      /* stops after so many epochs without a better validation loss, and keeps the best weights; 0: never */
    bool he;           /* first weights: He's normal ones instead of Glorot's uniform ones */
    struct imc_augment augment;
    uint64_t seed;
    int threads;         /* 0: all */
    const char *path;    /* of the model, written after each epoch; NULL: none */
    const char *command; /* that trains such a model again, for the record; NULL: none is known */
};
/* "notes": the lecture notes' run; "fast": the default; "best". Errors: ARGUMENT (unknown; the message names the nearest). */
IMC_API enum imc_status imc_train_options_recipe(const char *name, struct imc_train_options *options, struct imc_error *error);
/* What `--augment` alone means. */
IMC_API void imc_augment_default(struct imc_augment *augment);

/* What a run tells while it goes on. */
struct imc_train_progress {
    int epoch, epochs;       /* from 1 */
    int seen, pictures;      /* of this epoch */
    bool epoch_ended;        /* then `result` is whole, and the model has been written */
    struct imc_epoch result; /* so far */
    double seconds;          /* of this epoch's training, without validation */
};
/* After each batch and each epoch; false asks to stop: the batch is finished and a checkpoint is written. */
typedef bool imc_train_watch(void *context, const struct imc_train_progress *progress);

/* Trains a network on the set's training part. *net is the caller's; NULL on failure. While it runs, everything that a resume needs
 * lies beside the model in a checkpoint (imc_checkpoint_path), written at the start, after each epoch and when `watch` asks to
 * stop. It still lies there at the end, so that what the caller has yet to do can be done again: imc_checkpoint_remove.
 * Errors: ARGUMENT (options, the set; a loss or a weight that is no longer finite, as after too large a rate), IO (the files),
 * CANCELLED (watch). */
IMC_API enum imc_status imc_train(const struct imc_train_options *options, const struct imc_dataset *set, imc_train_watch *watch,
                                  void *context, struct imc_net **net, struct imc_error *error);
/* Goes on from a checkpoint, to the same bytes as if nothing had happened. `set` must be the one it was trained on, and `threads`
 * may be another number. Errors: those of imc_train, and FORMAT (the checkpoint). */
IMC_API enum imc_status imc_train_resume(const char *checkpoint, const struct imc_dataset *set, int threads, imc_train_watch *watch,
                                         void *context, struct imc_net **net, struct imc_error *error);
/* MODEL.safetensors -> MODEL.checkpoint.safetensors; freed by the caller with free(), NULL if memory ran out. */
IMC_API char *imc_checkpoint_path(const char *model);
/* Removes the checkpoint beside a model, if there is one. */
IMC_API void imc_checkpoint_remove(const char *model);
/* The options that a checkpoint was made with; `path` is the model beside it (so a checkpoint may be moved, but not renamed).
 * `options` points into *text, which the caller frees with free(). Errors: IO, FORMAT. */
IMC_API enum imc_status imc_checkpoint_options(const char *checkpoint, struct imc_train_options *options, char **text,
                                               struct imc_error *error);

/* ---- pictures of digits ---- */

/* Why a picture does not look like one digit. */
struct imc_digit_picture {
    uint8_t pixels[28 * 28]; /* ink 255 on 0 */
    const char *doubt;       /* NULL: it looks like one */
};
/* From a picture of any size, dark on light or light on dark, to the form of MNIST: ink found, its box brought to 20x20, its centre
 * of mass to the centre of 28x28. as_is: a 28x28 picture taken unchanged. Errors: those of imc_reader_open, ARGUMENT (as_is). */
IMC_API enum imc_status imc_digit_read(const char *path, bool as_is, struct imc_digit_picture *digit, struct imc_error *error);
/* A picture of the size that the network reads, [height][width] of gray, taken unchanged. Errors: those of imc_reader_open,
 * ARGUMENT (another size). */
IMC_API enum imc_status imc_net_read_picture(const struct imc_net *net, const char *path, uint8_t *pixels, struct imc_error *error);

#ifdef __cplusplus
}
#endif
#endif
