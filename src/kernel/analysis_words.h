/* analysis_words.h: what the figures of an analysis say, in words. */
#ifndef ANALYSIS_WORDS_H
#define ANALYSIS_WORDS_H

#include <imgconv/analysis.h>

/* Fills analysis->sentence from its figures. */
void analysis_words(const struct imc_bank *bank, int filter, struct imc_analysis *analysis);

#endif
