/* digits_strokes.c: how people write digits: the points a pen passes, each in two drawings (ax, ay and bx, by) between which
 * hands vary. Drawn after school writing and everyday hands of Europe and America. To add a way: its points, and a line in the
 * table. */
#include "data/digit_shape.h"

#define ON     STROKE_ON
#define CORNER STROKE_CORNER
#define LIFT   STROKE_LIFT

/* 0: from the top, leftwards round; the ends meet, pass or miss each other. */
static const struct stroke_point zero_closed[] = {
    {52, 0, 62, 6, ON},   {25, 10, 40, 2, ON},  {8, 40, 18, 30, ON},  {10, 72, 12, 70, ON}, {32, 98, 30, 99, ON},
    {60, 94, 55, 88, ON}, {80, 62, 72, 55, ON}, {78, 28, 74, 20, ON}, {58, 4, 60, 1, ON},   {40, 4, 46, 10, LIFT}};
static const struct stroke_point zero_curl[] = {{70, 12, 60, 20, ON}, {45, 0, 48, 2, ON},    {15, 25, 22, 16, ON},
                                                {6, 60, 10, 58, ON},  {22, 95, 26, 94, ON},  {52, 98, 56, 98, ON},
                                                {78, 70, 80, 66, ON}, {84, 35, 84, 30, ON},  {68, 6, 64, 4, ON},
                                                {46, 6, 40, 10, ON},  {52, 22, 34, 26, LIFT}};
static const struct stroke_point zero_open[] = {{60, 2, 46, 0, ON},   {32, 6, 24, 14, ON},   {10, 34, 8, 44, ON},
                                                {10, 72, 10, 78, ON}, {34, 98, 38, 100, ON}, {66, 92, 66, 92, ON},
                                                {84, 60, 84, 62, ON}, {80, 28, 84, 30, ON},  {70, 10, 66, 6, LIFT}};
static const struct stroke_point zero_tail[] = {
    {80, 0, 88, 6, ON},    {50, 6, 56, 2, ON},   {20, 22, 24, 16, ON}, {8, 56, 8, 50, ON},   {20, 90, 18, 88, ON},
    {50, 98, 48, 100, ON}, {74, 74, 76, 78, ON}, {76, 40, 78, 42, ON}, {60, 14, 62, 12, ON}, {38, 12, 36, 6, LIFT}};

static const struct stroke_point one_plain[] = {{50, 0, 54, 0, ON}, {50, 50, 47, 50, ON}, {50, 100, 52, 100, LIFT}};
static const struct stroke_point one_flag[] = {
    {36, 18, 16, 32, ON}, {52, 0, 54, 0, CORNER}, {51, 50, 52, 50, ON}, {50, 100, 52, 100, LIFT}};
static const struct stroke_point one_foot[] = {{28, 22, 18, 28, ON},     {52, 0, 54, 0, CORNER}, {51, 50, 52, 50, ON},
                                               {50, 100, 52, 100, LIFT}, {22, 100, 10, 98, ON},  {80, 99, 92, 99, LIFT}};

static const struct stroke_point two_sharp[] = {{12, 25, 10, 20, ON},   {30, 4, 35, 0, ON},   {58, 4, 66, 8, ON},
                                                {74, 25, 70, 32, ON},   {62, 52, 50, 60, ON}, {35, 78, 25, 85, ON},
                                                {8, 98, 8, 95, CORNER}, {45, 96, 50, 94, ON}, {88, 96, 86, 100, LIFT}};
static const struct stroke_point two_loop[] = {{12, 28, 8, 22, ON},   {32, 4, 30, 2, ON},   {60, 4, 58, 6, ON},
                                               {74, 26, 66, 30, ON},  {64, 54, 55, 58, ON}, {42, 80, 36, 82, ON},
                                               {20, 97, 18, 100, ON}, {4, 90, 2, 88, ON},   {14, 76, 16, 72, ON},
                                               {36, 84, 40, 80, ON},  {62, 96, 70, 98, ON}, {92, 92, 100, 86, LIFT}};
static const struct stroke_point two_angular[] = {{10, 10, 5, 14, ON},   {50, 6, 40, 0, ON},     {80, 6, 78, 8, CORNER},
                                                  {45, 50, 50, 46, ON},  {8, 96, 8, 96, CORNER}, {50, 92, 48, 98, ON},
                                                  {92, 94, 88, 98, LIFT}};
/* A hook before the arch. */
static const struct stroke_point two_hook[] = {{26, 34, 22, 40, ON},     {12, 24, 6, 26, ON},  {34, 2, 30, 2, ON},
                                               {66, 8, 64, 6, ON},       {72, 34, 74, 30, ON}, {48, 64, 52, 64, ON},
                                               {10, 96, 12, 94, CORNER}, {48, 92, 40, 96, ON}, {90, 96, 92, 88, LIFT}};
static const struct stroke_point two_italic[] = {
    {24, 22, 14, 30, ON}, {36, 4, 30, 8, ON},     {60, 0, 56, 0, ON},   {76, 14, 70, 16, ON}, {66, 44, 58, 46, ON},
    {36, 76, 30, 76, ON}, {8, 96, 2, 94, CORNER}, {34, 84, 30, 88, ON}, {60, 94, 56, 98, ON}, {86, 98, 70, 96, LIFT}};
static const struct stroke_point two_round_loop[] = {{18, 24, 10, 16, ON}, {40, 2, 34, 0, ON},   {66, 6, 60, 8, ON},
                                                     {70, 30, 64, 34, ON}, {52, 62, 46, 66, ON}, {30, 88, 26, 92, ON},
                                                     {10, 98, 8, 94, ON},  {4, 84, 8, 76, ON},   {20, 70, 28, 66, ON},
                                                     {46, 80, 54, 78, ON}, {66, 96, 74, 92, ON}, {90, 98, 98, 80, LIFT}};
static const struct stroke_point two_head[] = {{34, 26, 40, 32, ON}, {18, 18, 22, 20, ON}, {36, 0, 34, 0, ON},
                                               {66, 4, 64, 8, ON},   {72, 30, 68, 34, ON}, {50, 64, 46, 62, ON},
                                               {20, 92, 18, 94, ON}, {4, 96, 2, 90, ON},   {10, 80, 14, 74, ON},
                                               {36, 82, 38, 80, ON}, {66, 94, 68, 94, ON}, {96, 86, 92, 98, LIFT}};
static const struct stroke_point two_drooping[] = {{16, 20, 6, 26, ON},  {40, 0, 34, 0, ON},     {66, 8, 64, 4, ON},
                                                   {70, 30, 72, 24, ON}, {46, 58, 52, 52, ON},   {20, 80, 26, 74, ON},
                                                   {4, 80, 6, 78, ON},   {8, 66, 4, 66, ON},     {28, 66, 24, 62, ON},
                                                   {56, 82, 56, 78, ON}, {84, 100, 92, 94, LIFT}};

static const struct stroke_point three_round[] = {{14, 14, 8, 18, ON},  {40, 0, 38, 2, ON},       {70, 10, 64, 14, ON},
                                                  {68, 34, 60, 36, ON}, {40, 46, 30, 48, CORNER}, {72, 56, 66, 52, ON},
                                                  {78, 80, 82, 74, ON}, {50, 100, 52, 98, ON},    {10, 90, 4, 84, LIFT}};
static const struct stroke_point three_loop[] = {{12, 14, 8, 20, ON},    {42, 0, 36, 0, ON},   {70, 14, 66, 16, ON},
                                                 {60, 38, 56, 40, ON},   {38, 50, 32, 54, ON}, {30, 46, 22, 46, ON},
                                                 {42, 44, 38, 42, ON},   {70, 58, 70, 54, ON}, {76, 82, 78, 78, ON},
                                                 {48, 100, 46, 100, ON}, {8, 90, 2, 88, LIFT}};
static const struct stroke_point three_flat[] = {{12, 4, 10, 8, ON},   {50, 4, 44, 4, ON},       {76, 2, 72, 4, CORNER},
                                                 {58, 22, 54, 24, ON}, {40, 42, 36, 42, CORNER}, {72, 54, 68, 50, ON},
                                                 {78, 80, 80, 74, ON}, {48, 100, 46, 98, ON},    {8, 90, 4, 84, LIFT}};
static const struct stroke_point three_smooth[] = {{16, 10, 10, 16, ON}, {44, 0, 40, 0, ON},     {70, 14, 64, 14, ON},
                                                   {62, 34, 58, 36, ON}, {52, 48, 48, 48, ON},   {66, 58, 66, 56, ON},
                                                   {78, 78, 76, 80, ON}, {46, 100, 44, 100, ON}, {8, 86, 10, 90, LIFT}};
static const struct stroke_point three_narrow[] = {{22, 8, 14, 14, ON},  {46, 0, 44, 4, ON},    {64, 14, 66, 8, ON},
                                                   {56, 34, 54, 30, ON}, {40, 44, 44, 42, ON},  {54, 54, 58, 56, ON},
                                                   {66, 74, 64, 80, ON}, {52, 96, 40, 100, ON}, {28, 98, 16, 94, LIFT}};
static const struct stroke_point three_tail[] = {{20, 6, 16, 10, ON},  {52, 0, 48, 0, ON},       {72, 12, 70, 16, ON},
                                                 {58, 34, 56, 36, ON}, {36, 44, 38, 46, CORNER}, {60, 52, 62, 54, ON},
                                                 {70, 72, 74, 74, ON}, {50, 92, 46, 96, ON},     {0, 100, 10, 98, LIFT}};

static const struct stroke_point four_open[] = {{14, 2, 26, 0, ON},   {12, 30, 16, 26, ON},    {10, 54, 4, 54, CORNER},
                                                {45, 56, 44, 54, ON}, {88, 50, 96, 52, LIFT},  {70, 4, 64, 20, ON},
                                                {66, 50, 60, 56, ON}, {62, 100, 56, 100, LIFT}};
static const struct stroke_point four_cup[] = {{12, 4, 16, 2, ON},   {8, 36, 6, 40, ON},      {22, 56, 22, 60, ON},
                                               {50, 54, 48, 56, ON}, {74, 38, 78, 44, LIFT},  {78, 0, 74, 4, ON},
                                               {70, 50, 68, 50, ON}, {64, 100, 62, 100, LIFT}};
static const struct stroke_point four_one_line[] = {{10, 4, 14, 2, ON},   {8, 36, 10, 30, ON},     {24, 54, 26, 50, ON},
                                                    {52, 50, 50, 46, ON}, {72, 28, 70, 26, ON},    {76, 4, 74, 2, CORNER},
                                                    {70, 50, 68, 50, ON}, {62, 100, 60, 100, LIFT}};
static const struct stroke_point four_closed[] = {{64, 2, 60, 0, ON},   {36, 34, 32, 30, ON},    {8, 66, 6, 60, CORNER},
                                                  {50, 64, 50, 62, ON}, {92, 64, 94, 58, LIFT},  {64, 2, 66, 10, ON},
                                                  {64, 50, 64, 54, ON}, {62, 100, 62, 100, LIFT}};
static const struct stroke_point four_closed_line[] = {{60, 100, 62, 100, ON}, {64, 50, 64, 50, ON},    {66, 2, 66, 0, CORNER},
                                                       {36, 34, 34, 36, ON},   {8, 62, 10, 66, CORNER}, {50, 62, 50, 64, ON},
                                                       {92, 60, 88, 62, LIFT}};
static const struct stroke_point four_high[] = {{22, 0, 30, 4, ON},   {14, 22, 24, 20, ON},    {20, 40, 30, 36, ON},
                                                {44, 40, 50, 34, ON}, {66, 22, 66, 18, LIFT},  {72, 0, 68, 2, ON},
                                                {60, 40, 62, 40, ON}, {48, 100, 56, 100, LIFT}};
static const struct stroke_point four_low_stem[] = {{58, 0, 50, 0, ON},   {38, 30, 30, 34, ON},    {16, 60, 8, 66, CORNER},
                                                    {50, 58, 44, 66, ON}, {84, 54, 92, 64, LIFT},  {68, 26, 58, 40, ON},
                                                    {62, 60, 54, 70, ON}, {54, 100, 48, 100, LIFT}};

static const struct stroke_point five_bar[] = {{24, 4, 26, 6, ON},   {20, 24, 20, 24, ON},   {16, 44, 14, 44, CORNER},
                                               {40, 36, 44, 38, ON}, {70, 44, 70, 50, ON},   {78, 68, 72, 74, ON},
                                               {60, 94, 52, 96, ON}, {30, 100, 26, 100, ON}, {6, 88, 2, 92, LIFT},
                                               {24, 4, 32, 4, ON},   {55, 4, 60, 2, ON},     {86, 2, 92, 0, LIFT}};
static const struct stroke_point five_one_line[] = {{86, 4, 80, 0, ON},    {55, 4, 52, 2, ON},       {24, 6, 28, 4, CORNER},
                                                    {20, 24, 22, 24, ON},  {16, 44, 18, 40, CORNER}, {42, 36, 46, 38, ON},
                                                    {72, 46, 70, 52, ON},  {78, 72, 68, 78, ON},     {56, 96, 48, 98, ON},
                                                    {28, 98, 24, 100, ON}, {6, 88, 2, 94, LIFT}};
static const struct stroke_point five_snake[] = {{84, 6, 88, 2, ON},   {50, 4, 54, 4, ON},     {26, 12, 34, 12, ON},
                                                 {22, 32, 30, 32, ON}, {48, 44, 50, 46, ON},   {74, 60, 66, 62, ON},
                                                 {74, 84, 62, 86, ON}, {46, 100, 36, 100, ON}, {8, 92, 2, 96, LIFT}};

static const struct stroke_point six_curved[] = {
    {68, 2, 60, 0, ON},   {38, 20, 34, 24, ON}, {14, 55, 12, 58, ON}, {14, 84, 16, 88, ON}, {40, 100, 44, 100, ON},
    {68, 90, 68, 84, ON}, {72, 66, 62, 64, ON}, {48, 54, 42, 60, ON}, {20, 66, 22, 72, ON}, {14, 82, 16, 86, LIFT}};
static const struct stroke_point six_straight[] = {
    {46, 0, 66, 0, ON},   {28, 36, 40, 34, ON}, {12, 70, 16, 68, ON}, {18, 94, 18, 92, ON}, {44, 100, 44, 100, ON},
    {66, 84, 72, 82, ON}, {60, 66, 66, 62, ON}, {40, 62, 42, 58, ON}, {22, 74, 22, 72, ON}, {16, 88, 14, 84, LIFT}};
static const struct stroke_point six_large[] = {
    {76, 4, 82, 12, ON},  {45, 10, 52, 4, ON},  {18, 40, 22, 32, ON}, {6, 72, 8, 68, ON},   {26, 98, 28, 98, ON},
    {58, 96, 60, 94, ON}, {74, 74, 74, 70, ON}, {60, 54, 56, 52, ON}, {34, 56, 30, 58, ON}, {12, 76, 14, 80, LIFT}};
static const struct stroke_point six_curl[] = {{60, 0, 54, 0, ON},   {30, 30, 26, 36, ON}, {12, 66, 10, 70, ON},
                                               {22, 96, 22, 98, ON}, {52, 98, 56, 96, ON}, {70, 76, 74, 74, ON},
                                               {56, 60, 54, 60, ON}, {36, 68, 32, 66, ON}, {30, 86, 22, 80, LIFT}};
static const struct stroke_point six_round[] = {
    {58, 0, 44, 0, ON},   {28, 14, 20, 20, ON}, {8, 46, 6, 56, ON},   {10, 84, 14, 90, ON}, {40, 100, 44, 100, ON},
    {74, 86, 72, 84, ON}, {80, 56, 74, 52, ON}, {58, 34, 52, 32, ON}, {30, 42, 28, 40, ON}, {14, 66, 12, 60, LIFT}};
static const struct stroke_point six_pointed[] = {{50, 0, 40, 0, ON},   {26, 40, 18, 40, ON}, {8, 78, 8, 76, ON},
                                                  {24, 98, 22, 96, ON}, {54, 90, 52, 92, ON}, {80, 66, 86, 70, ON},
                                                  {66, 52, 90, 58, ON}, {40, 64, 60, 58, ON}, {18, 86, 30, 74, LIFT}};
static const struct stroke_point six_open[] = {{70, 2, 56, 0, ON},   {36, 20, 26, 30, ON},  {12, 56, 8, 64, ON},
                                               {16, 90, 18, 94, ON}, {46, 100, 48, 98, ON}, {72, 84, 68, 80, ON},
                                               {70, 64, 60, 62, ON}, {52, 56, 44, 60, ON},  {40, 60, 36, 66, LIFT}};
static const struct stroke_point six_slim[] = {{60, 0, 48, 0, ON},   {36, 34, 30, 36, ON}, {18, 70, 20, 74, ON},
                                               {24, 96, 28, 98, ON}, {46, 96, 48, 98, ON}, {58, 78, 60, 82, ON},
                                               {50, 62, 52, 68, ON}, {34, 68, 38, 68, ON}, {22, 84, 26, 84, LIFT}};
static const struct stroke_point six_wide[] = {{30, 0, 44, 0, ON},    {10, 40, 18, 34, ON}, {8, 80, 4, 74, ON},
                                               {34, 100, 24, 98, ON}, {66, 92, 62, 96, ON}, {84, 66, 90, 70, ON},
                                               {70, 48, 80, 50, ON},  {50, 60, 54, 58, ON}, {46, 84, 40, 82, LIFT}};

static const struct stroke_point seven_plain[] = {
    {8, 8, 6, 14, ON}, {45, 6, 40, 6, ON}, {84, 4, 80, 8, CORNER}, {62, 48, 66, 40, ON}, {44, 100, 52, 100, LIFT}};
static const struct stroke_point seven_serif[] = {{10, 24, 2, 30, ON},    {12, 6, 12, 8, CORNER}, {45, 6, 44, 10, ON},
                                                  {82, 4, 82, 4, CORNER}, {58, 50, 62, 46, ON},   {42, 100, 44, 100, LIFT}};
static const struct stroke_point seven_bar[] = {{8, 8, 6, 12, ON},    {45, 6, 40, 4, ON},       {84, 4, 80, 6, CORNER},
                                                {60, 48, 62, 42, ON}, {44, 100, 48, 100, LIFT}, {28, 52, 34, 54, ON},
                                                {54, 50, 58, 50, ON}, {82, 48, 86, 46, LIFT}};
static const struct stroke_point seven_round[] = {{8, 18, 12, 10, ON},     {28, 4, 36, 2, ON},   {62, 6, 66, 8, ON},
                                                  {76, 22, 76, 28, ON},    {66, 50, 70, 54, ON}, {54, 76, 60, 78, ON},
                                                  {48, 100, 48, 100, LIFT}};
static const struct stroke_point seven_arch[] = {{8, 44, 14, 50, ON},    {12, 10, 16, 12, CORNER}, {50, 8, 48, 4, ON},
                                                 {80, 6, 82, 8, CORNER}, {70, 50, 66, 50, ON},     {62, 100, 54, 100, LIFT}};
static const struct stroke_point seven_serif_bar[] = {{8, 24, 4, 28, ON},     {10, 6, 12, 8, CORNER}, {45, 6, 44, 8, ON},
                                                      {82, 4, 82, 6, CORNER}, {60, 50, 62, 48, ON},   {44, 100, 46, 100, LIFT},
                                                      {26, 54, 32, 56, ON},   {54, 52, 58, 52, ON},   {80, 50, 86, 48, LIFT}};
static const struct stroke_point seven_small[] = {
    {22, 14, 10, 30, ON}, {40, 12, 30, 14, ON}, {62, 6, 62, 4, CORNER}, {52, 50, 48, 44, ON}, {30, 100, 20, 100, LIFT}};
static const struct stroke_point seven_hook[] = {{14, 34, 20, 26, ON},   {24, 14, 30, 12, ON}, {46, 8, 48, 6, ON},
                                                 {66, 8, 68, 2, CORNER}, {56, 50, 54, 46, ON}, {40, 100, 36, 100, LIFT}};

static const struct stroke_point eight_line[] = {{72, 12, 66, 10, ON},   {46, 0, 42, 0, ON},   {20, 16, 18, 18, ON},
                                                 {34, 40, 38, 42, ON},   {62, 60, 62, 58, ON}, {72, 84, 66, 82, ON},
                                                 {44, 100, 40, 100, ON}, {16, 84, 16, 86, ON}, {30, 58, 32, 60, ON},
                                                 {58, 38, 60, 40, ON},   {74, 14, 76, 20, ON}, {60, 2, 62, 6, LIFT}};
static const struct stroke_point eight_circles[] = {
    {48, 48, 50, 46, ON}, {24, 34, 26, 32, ON}, {26, 8, 30, 6, ON},    {52, 0, 54, 0, ON},   {74, 14, 74, 12, ON},
    {70, 38, 70, 34, ON}, {48, 48, 50, 46, ON}, {20, 66, 26, 60, ON},  {18, 90, 20, 88, ON}, {48, 100, 46, 100, ON},
    {76, 88, 72, 90, ON}, {74, 64, 74, 62, ON}, {48, 48, 50, 48, LIFT}};
static const struct stroke_point eight_open[] = {{74, 8, 70, 16, ON},  {44, 0, 42, 2, ON},   {20, 18, 20, 20, ON},
                                                 {40, 42, 38, 44, ON}, {64, 66, 60, 64, ON}, {56, 94, 54, 94, ON},
                                                 {28, 98, 26, 98, ON}, {18, 80, 18, 82, ON}, {40, 56, 42, 56, ON},
                                                 {66, 32, 66, 30, ON}, {84, 4, 80, 2, LIFT}};
static const struct stroke_point eight_small_foot[] = {{70, 16, 72, 22, ON},   {46, 0, 48, 0, ON},   {18, 14, 16, 16, ON},
                                                       {26, 44, 22, 42, ON},   {54, 62, 50, 66, ON}, {64, 82, 58, 84, ON},
                                                       {46, 100, 42, 100, ON}, {28, 86, 28, 88, ON}, {38, 62, 42, 66, ON},
                                                       {62, 40, 66, 44, ON},   {76, 16, 82, 14, ON}, {62, 2, 74, 0, LIFT}};
static const struct stroke_point eight_small_head[] = {{62, 10, 66, 14, ON},   {46, 0, 48, 0, ON},   {30, 10, 30, 8, ON},
                                                       {38, 32, 40, 28, ON},   {66, 56, 68, 50, ON}, {80, 82, 82, 78, ON},
                                                       {48, 100, 44, 100, ON}, {12, 84, 8, 80, ON},  {26, 54, 28, 50, ON},
                                                       {52, 32, 54, 30, ON},   {64, 12, 68, 10, ON}, {56, 2, 58, 4, LIFT}};
static const struct stroke_point eight_cross[] = {{80, 10, 76, 16, ON},  {56, 0, 50, 2, ON},   {30, 8, 24, 14, ON},
                                                  {34, 34, 32, 36, ON},  {60, 58, 56, 56, ON}, {70, 80, 66, 80, ON},
                                                  {48, 100, 42, 98, ON}, {20, 90, 18, 84, ON}, {30, 66, 34, 62, ON},
                                                  {58, 40, 64, 34, ON},  {84, 12, 92, 4, LIFT}};

static const struct stroke_point nine_straight[] = {{70, 20, 66, 10, ON},     {46, 0, 40, 2, ON},   {16, 14, 14, 22, ON},
                                                    {10, 40, 18, 46, ON},     {34, 54, 42, 50, ON}, {62, 42, 64, 34, ON},
                                                    {74, 14, 72, 10, CORNER}, {70, 55, 66, 50, ON}, {62, 100, 58, 100, LIFT}};
static const struct stroke_point nine_curved[] = {{72, 22, 68, 16, ON},     {48, 0, 44, 0, ON},   {18, 12, 16, 16, ON},
                                                  {14, 40, 16, 42, ON},     {40, 52, 40, 50, ON}, {66, 38, 64, 36, ON},
                                                  {74, 14, 74, 10, CORNER}, {76, 50, 74, 50, ON}, {66, 86, 64, 88, ON},
                                                  {36, 100, 44, 100, ON},   {8, 90, 22, 94, LIFT}};
static const struct stroke_point nine_smooth[] = {{72, 34, 70, 28, ON}, {62, 6, 60, 4, ON},   {32, 2, 32, 4, ON},
                                                  {12, 26, 16, 26, ON}, {28, 52, 30, 48, ON}, {58, 46, 56, 42, ON},
                                                  {74, 22, 72, 22, ON}, {74, 52, 70, 56, ON}, {68, 100, 56, 100, LIFT}};
static const struct stroke_point nine_small[] = {{64, 22, 66, 18, ON},   {50, 2, 50, 2, ON},   {26, 10, 30, 8, ON},
                                                 {18, 34, 24, 32, ON},   {36, 46, 42, 42, ON}, {58, 32, 60, 28, ON},
                                                 {68, 6, 68, 8, CORNER}, {54, 54, 56, 52, ON}, {38, 100, 48, 100, LIFT}};
static const struct stroke_point nine_large[] = {{72, 30, 68, 24, ON},     {50, 0, 46, 0, ON},   {16, 10, 14, 12, ON},
                                                 {10, 46, 12, 48, ON},     {36, 62, 38, 60, ON}, {66, 44, 66, 42, ON},
                                                 {76, 12, 74, 10, CORNER}, {74, 60, 72, 60, ON}, {70, 100, 64, 100, LIFT}};
static const struct stroke_point nine_open[] = {{74, 6, 80, 0, ON},       {44, 2, 46, 10, ON},  {18, 18, 22, 28, ON},
                                                {18, 38, 26, 42, ON},     {40, 46, 46, 42, ON}, {64, 34, 66, 30, ON},
                                                {72, 16, 74, 14, CORNER}, {66, 58, 60, 58, ON}, {56, 100, 40, 100, LIFT}};

#define WAY(digit, weight, points)                                                                                                 \
    {                                                                                                                              \
        digit, weight, sizeof(points) / sizeof *(points), points                                                                   \
    }
const struct skeleton digit_skeletons[] = {
    WAY(0, 44, zero_closed),      WAY(0, 24, zero_curl),       WAY(0, 24, zero_open),     WAY(0, 8, zero_tail),
    WAY(1, 82, one_plain),        WAY(1, 10, one_flag),        WAY(1, 8, one_foot),       WAY(2, 18, two_sharp),
    WAY(2, 18, two_loop),         WAY(2, 8, two_angular),      WAY(2, 7, two_hook),       WAY(2, 11, two_italic),
    WAY(2, 13, two_round_loop),   WAY(2, 9, two_head),         WAY(2, 16, two_drooping),  WAY(3, 30, three_round),
    WAY(3, 18, three_loop),       WAY(3, 10, three_flat),      WAY(3, 18, three_smooth),  WAY(3, 14, three_narrow),
    WAY(3, 10, three_tail),       WAY(4, 25, four_open),       WAY(4, 20, four_cup),      WAY(4, 18, four_one_line),
    WAY(4, 9, four_closed),       WAY(4, 7, four_closed_line), WAY(4, 13, four_high),     WAY(4, 8, four_low_stem),
    WAY(5, 48, five_bar),         WAY(5, 28, five_one_line),   WAY(5, 24, five_snake),    WAY(6, 16, six_curved),
    WAY(6, 17, six_straight),     WAY(6, 10, six_large),       WAY(6, 11, six_curl),      WAY(6, 8, six_round),
    WAY(6, 10, six_pointed),      WAY(6, 9, six_open),         WAY(6, 8, six_slim),       WAY(6, 11, six_wide),
    WAY(7, 36, seven_plain),      WAY(7, 13, seven_serif),     WAY(7, 12, seven_bar),     WAY(7, 15, seven_round),
    WAY(7, 7, seven_arch),        WAY(7, 7, seven_serif_bar),  WAY(7, 6, seven_small),    WAY(7, 4, seven_hook),
    WAY(8, 30, eight_line),       WAY(8, 14, eight_circles),   WAY(8, 20, eight_open),    WAY(8, 16, eight_small_foot),
    WAY(8, 10, eight_small_head), WAY(8, 10, eight_cross),     WAY(9, 25, nine_straight), WAY(9, 18, nine_curved),
    WAY(9, 18, nine_smooth),      WAY(9, 16, nine_small),      WAY(9, 13, nine_large),    WAY(9, 10, nine_open),
};
const int digit_skeleton_count = sizeof digit_skeletons / sizeof *digit_skeletons;
