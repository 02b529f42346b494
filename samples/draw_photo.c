/* draw_photo.c: the photo-like sample: a lake in the evening, on a canvas of 640x480 units. It has what filters are tried on: edges
 * at all angles (the windmill, roofs, sails), a disc, soft gradients, fine texture (leaves, grass, ripples) and small text. Painted
 * from back to front.
 *
 * Dice are rolled one a statement where the order could matter: C leaves the order within a call open. */
#include "draw.h"

#include <math.h>

enum { WATER = 262 }; /* where the lake meets the far shore */
static const struct point sun = {486, 96};

/* Sky, clouds and the light round the sun. */
static struct rgb shade_sky(struct rgb colour, double x, double y)
{
    double t = clamp01(y / WATER), dx = x - sun.x, dy = y - sun.y, distance = dx * dx + dy * dy;
    colour = mix(colour, from_srgb(0x8fb6d9), smooth(0, 0.62, t));
    colour = mix(colour, from_srgb(0xf6d9a8), smooth(0.45, 1, t));
    colour = mix(colour, from_srgb(0xfff0c4), 0.85 / (1 + distance / 5200));
    double cloud = fractal(x / 150 + y / 260, y / 34, 5, 11);
    double light = fractal(x / 150 + y / 260 + 0.05, (y - 5) / 34, 5, 11); /* the same cloud a little nearer to the sun */
    struct rgb white = mix(from_srgb(0xfffaf0), from_srgb(0x9aa3bd), clamp01(0.45 + 5 * (light - cloud)));
    return mix(colour, white, 0.85 * smooth(0.5, 0.72, cloud) * smooth(1, 0.55, t));
}

static double far_ridge(double x)
{
    return 262 - 168 * fractal(x / 150 + 3.1, 0.5, 6, 21) * (0.5 + 0.9 * noise(x / 320 + 0.35, 1.5, 22));
}

static double near_ridge(double x)
{
    return 262 - 62 * fractal(x / 105 + 7.7, 0.5, 5, 31) * (0.35 + noise(x / 240 + 1.2, 3.5, 32));
}

/* Lit from the right: rock whose facets follow the noise, snow high up, haze towards the water. */
static struct rgb shade_far(struct rgb colour, double x, double y)
{
    double facet = fractal(x / 26 - y / 40, y / 30, 4, 41) - fractal((x + 3) / 26 - y / 40, (y - 1) / 30, 4, 41);
    double light = clamp01(0.55 + 3.2 * facet), snow = smooth(190, 160, y + 30 * fractal(x / 14, y / 14, 3, 42));
    colour = mix(colour, mix(from_srgb(0x8f9cc0), from_srgb(0xfffaf2), light), snow);
    colour = scaled(colour, 0.7 + 0.6 * light);
    return mix(colour, from_srgb(0xd5cfca), 0.65 * smooth(180, 264, y));
}

static struct rgb shade_near(struct rgb colour, double x, double y)
{
    double wood = fractal(x / 7, y / 4, 4, 51);
    return mix(scaled(colour, 0.55 + 0.9 * wood), from_srgb(0xb9b9a8), 0.3 * smooth(225, 264, y));
}

/* A fir of stacked triangles. */
static void draw_fir(struct canvas *canvas, double x, double foot, double height, const struct paint *paint)
{
    for (int i = 0; i < 4; i++) {
        double top = foot - height + height * 0.21 * i, half = height * (0.09 + 0.05 * i);
        fill_polygon(canvas, (struct point[]){{x, top}, {x + half, top + height * 0.36}, {x - half, top + height * 0.36}}, 3,
                     paint);
    }
}

static void draw_far_shore(struct canvas *canvas)
{
    struct dice dice = {5};
    for (int i = 0; i < 90; i++) {
        double x = roll_between(&dice, 0, 640), edge = (x - 300) / 340;
        double height = roll_between(&dice, 9, 17) + 14 * edge * edge;
        struct paint green = plain(0x2c4234);
        green.colour = mix(green.colour, from_srgb(0x8b9a76), roll(&dice) * 0.45);
        draw_fir(canvas, x, WATER + 2, height, &green);
    }
}

static const struct canvas *mirrored;

/* The world upside down, drawn out by ripples that grow towards us, and darker than itself. */
static struct rgb shade_water(struct rgb colour, double x, double y)
{
    double depth = y - WATER, far = clamp01(depth / 110);
    double ripple = fractal(x / (10 + 40 * far), y / (0.9 + 3.2 * far), 3, 61) - 0.5;
    struct rgb seen = *canvas_sample(mirrored, x + 3 * ripple, WATER - 2 - depth * 1.45 - ripple * (6 + 60 * far));
    double glint = smooth(0.16, 0.3, ripple) * smooth(120, 0, fabs(x - sun.x + 14 * ripple));
    return mix(mix(seen, colour, 0.22 + 0.22 * far), from_srgb(0xfff3cf), 0.8 * glint);
}

static struct rgb shade_sail(struct rgb colour, double x, double y)
{
    return scaled(colour, 0.86 + 0.14 * sine((x + y / 3) / 26));
}

static void draw_boat(struct canvas *canvas)
{
    struct paint hull = plain(0x7c2f23), trim = plain(0xf4efe4), sail = shaded(0xfdf6e3, shade_sail),
                 jib = shaded(0xe2714a, shade_sail);
    struct paint dark = plain(0x33261f), shadow = plain(0x3c4c52);
    shadow.opacity = 0.45;
    fill_ellipse(canvas, 318, 318, 38, 4, &shadow);
    fill_polygon(canvas, (struct point[]){{281, 300}, {360, 297}, {346, 316}, {292, 316}}, 4, &hull);
    fill_polygon(canvas, (struct point[]){{281, 300}, {360, 297}, {358, 300.5}, {282.5, 303.5}}, 4, &trim);
    draw_stroke(canvas, (struct point){319, 300}, (struct point){322, 206}, 2.6, 1.4, &dark);
    fill_polygon(canvas, (struct point[]){{325, 210}, {327, 294}, {357, 291}, {347, 258}}, 4, &sail);
    fill_polygon(canvas, (struct point[]){{318.5, 214}, {316, 295}, {284, 296}, {297, 268}}, 4, &jib);
    draw_text(canvas, 330, 264, 11, 0.02, "42", &dark);
}

static double shore(double x)
{
    double away = (x - 330) / 330;
    return 386 - 58 * away * away + 10 * sine(x / 410 + 0.1) + 5 * fractal(x / 30, 0.5, 3, 71);
}

static struct rgb shade_meadow(struct rgb colour, double x, double y)
{
    double blotch = fractal(x / 60, y / 24, 4, 81), near = smooth(330, 480, y);
    colour = mix(colour, from_srgb(0xb5a653), smooth(0.4, 0.75, blotch) * 0.7);
    return scaled(colour, (0.7 + 0.6 * fractal(x / 5, y / 3, 3, 82)) * (1.1 - 0.35 * near));
}

static struct rgb shade_brick(struct rgb colour, double x, double y)
{
    double row = floor(y / 4.4), column = floor((x + (fmod(row, 2) != 0 ? 4.5 : 0)) / 9);
    double u = (x + (fmod(row, 2) != 0 ? 4.5 : 0)) - column * 9, v = y - row * 4.4;
    if (u < 0.9 || v < 0.9)
        return from_srgb(0xc9bda6);
    return scaled(colour, 0.75 + 0.5 * noise(column * 3.7, row * 5.3, 91));
}

static struct rgb shade_tiles(struct rgb colour, double x, double y)
{
    double row = floor(y / 5), v = y / 5 - row, scallop = fabs(sine((x + 3.5 * row) / 14));
    return scaled(colour, (0.6 + 0.5 * v) * (0.8 + 0.3 * scallop) * (0.85 + 0.3 * noise(x / 7, row * 3.1, 92)));
}

static void draw_window(struct canvas *canvas, double x, double y, double w, double h)
{
    struct paint frame = plain(0xf3ecdc), glass = plain(0x2c3c50), glow = plain(0xffd98a), sill = plain(0x8a7a66);
    glow.opacity = 0.8;
    fill_box(canvas, x - 2, y - 2, x + w + 2, y + h + 2, &frame);
    fill_box(canvas, x, y, x + w, y + h, &glass);
    fill_polygon(canvas, (struct point[]){{x + w, y}, {x + w, y + h * 0.8}, {x + w * 0.3, y}}, 3, &glow);
    fill_box(canvas, x + w / 2 - 0.8, y, x + w / 2 + 0.8, y + h, &frame);
    fill_box(canvas, x, y + h * 0.45 - 0.8, x + w, y + h * 0.45 + 0.8, &frame);
    fill_box(canvas, x - 4, y + h + 2, x + w + 4, y + h + 5, &sill);
}

static void draw_house(struct canvas *canvas)
{
    struct paint front = shaded(0xb4563c, shade_brick), side = shaded(0x71392c, shade_brick), roof = shaded(0x50606f, shade_tiles);
    struct paint door = plain(0x27503f), trim = plain(0xf3ecdc), dark = plain(0x3a2f2a), smoke = plain(0xf4f1ec);
    smoke.opacity = 0.09;
    for (int i = 0; i < 26; i++)
        fill_ellipse(canvas, 150 - i * 2.6 + 9 * sine(i / 17.0), 184 - i * 5.2, 5 + i * 0.9, 4 + i * 0.7, &smoke);
    fill_box(canvas, 143, 186, 159, 228, &side);
    fill_box(canvas, 140, 183, 162, 190, &dark);
    fill_polygon(canvas, (struct point[]){{60, 288}, {120, 288}, {120, 382}, {60, 378}}, 4, &side);
    fill_polygon(canvas, (struct point[]){{120, 288}, {172, 224}, {222, 288}, {222, 380}, {120, 382}}, 5, &front);
    fill_polygon(canvas, (struct point[]){{49, 291}, {104, 222}, {173, 219}, {112, 296}}, 4, &roof);
    draw_stroke(canvas, (struct point){111, 297}, (struct point){173, 219}, 5, 5, &trim);
    draw_stroke(canvas, (struct point){231, 297}, (struct point){171, 219}, 5, 5, &trim);
    draw_window(canvas, 161, 256, 20, 22);
    draw_window(canvas, 130, 308, 22, 30);
    draw_window(canvas, 78, 312, 22, 28);
    fill_box(canvas, 178, 314, 208, 381, &trim);
    fill_box(canvas, 181, 317, 205, 381, &door);
    fill_ellipse(canvas, 200, 350, 1.8, 1.8, &trim);
}

static struct rgb shade_tower(struct rgb colour, double x, double y)
{
    double half = 18 + (y - 236) * 0.13, side = (x - 536) / half;
    return scaled(colour, (0.72 + 0.34 * side) * (0.9 + 0.2 * fractal(x / 5, y / 5, 3, 101)));
}

/* One sail of the mill: a spar with a lattice on its right, from the hub in direction (dx, dy). */
static void draw_vane(struct canvas *canvas, struct point hub, double dx, double dy)
{
    struct paint wood = plain(0x42332a), cloth = plain(0xf1e7d2);
    struct point n = {-dy, dx};
    struct point a = {hub.x + dx * 16, hub.y + dy * 16}, b = {hub.x + dx * 84, hub.y + dy * 84};
    cloth.opacity = 0.8;
    fill_polygon(canvas, (struct point[]){a, b, {b.x + n.x * 17, b.y + n.y * 17}, {a.x + n.x * 13, a.y + n.y * 13}}, 4, &cloth);
    for (int i = 0; i <= 8; i++) {
        double t = 16 + 68.0 * i / 8, w = 13 + 0.5 * i;
        struct point foot = {hub.x + dx * t, hub.y + dy * t};
        draw_stroke(canvas, foot, (struct point){foot.x + n.x * w, foot.y + n.y * w}, 1.2, 1.2, &wood);
    }
    draw_stroke(canvas, (struct point){a.x + n.x * 6.5, a.y + n.y * 6.5}, (struct point){b.x + n.x * 8.5, b.y + n.y * 8.5}, 1, 1,
                &wood);
    draw_stroke(canvas, hub, b, 4, 2.6, &wood);
}

static void draw_mill(struct canvas *canvas)
{
    struct paint tower = shaded(0xe9dfca, shade_tower), cap = shaded(0x8a4a35, shade_tower), dark = plain(0x3a2c24);
    struct point hub = {527, 226};
    fill_polygon(canvas, (struct point[]){{518, 236}, {554, 236}, {571, 369}, {501, 368}}, 4, &tower);
    fill_polygon(canvas, (struct point[]){{512, 238}, {519, 218}, {536, 206}, {553, 218}, {560, 238}}, 5, &cap);
    fill_box(canvas, 527, 332, 545, 368, &dark);
    fill_ellipse(canvas, 536, 332, 9, 9, &dark);
    draw_window(canvas, 529, 266, 13, 16);
    /* 20 degrees off the upright: cosine and sine */
    const double c = 0.9396926207859084, s = 0.3420201433256687;
    draw_vane(canvas, hub, c, -s);
    draw_vane(canvas, hub, s, c);
    draw_vane(canvas, hub, -c, s);
    draw_vane(canvas, hub, -s, -c);
    fill_ellipse(canvas, hub.x, hub.y, 5.5, 5.5, &dark);
}

/* A leafy tree: a trunk, boughs, and leaves that are darker low on the left, away from the sun. */
static void draw_tree(struct canvas *canvas, double x, double foot, double size, uint64_t seed)
{
    struct dice dice = {seed};
    struct paint bark = plain(0x4a382b), leaf = plain(0);
    struct point top = {x + size * 0.04, foot - size * 0.62};
    draw_stroke(canvas, (struct point){x, foot}, top, size * 0.085, size * 0.04, &bark);
    for (int i = 0; i < 5; i++) {
        double aside = roll_between(&dice, -0.3, 0.3), height = roll_between(&dice, 0.6, 0.8);
        struct point bough = {x + size * 0.02, foot - size * (0.3 + 0.06 * i)}, end = {x + size * aside, foot - size * height};
        draw_stroke(canvas, bough, end, size * 0.035, size * 0.01, &bark);
    }
    for (int i = 0; i < 900; i++) {
        double u = roll_between(&dice, -1, 1), v = roll_between(&dice, -1, 1),
               bulge = 0.75 + 0.25 * noise(u * 3 + 9, v * 3 + 9, (uint32_t)seed);
        if (u * u + v * v > bulge * bulge)
            continue;
        double light = clamp01(0.5 + 0.35 * u - 0.4 * v + roll_between(&dice, -0.3, 0.3));
        leaf.colour = mix(from_srgb(0x1d3318), from_srgb(0xa3b548), light * light);
        double rx = size * roll_between(&dice, 0.012, 0.026), ry = size * roll_between(&dice, 0.008, 0.018);
        fill_ellipse(canvas, x + u * size * 0.36, foot - size * 0.68 + v * size * 0.36, rx, ry, &leaf);
    }
}

static void draw_sign(struct canvas *canvas)
{
    struct paint post = plain(0x4d3a2b), board = plain(0xe8d8b0), rim = plain(0x6b4b32), ink = plain(0x2a211c),
                 red = plain(0xb8322a);
    fill_box(canvas, 316, 404, 324, 472, &post);
    fill_box(canvas, 402, 408, 410, 474, &post);
    fill_polygon(canvas, (struct point[]){{298, 386}, {430, 392}, {428, 440}, {296, 434}}, 4, &rim);
    fill_polygon(canvas, (struct point[]){{301, 389}, {427, 395}, {425, 437}, {299, 431}}, 4, &board);
    draw_text(canvas, 308, 395, 15.4, 6.0 / 132, "IMGCONV", &ink);
    draw_text(canvas, 308, 418, 8.4, 6.0 / 132, "EDGES 3 KM", &red);
    fill_polygon(canvas, (struct point[]){{389, 422}, {406, 423}, {406, 419}, {418, 426}, {406, 432}, {406, 428}, {389, 427}}, 7,
                 &red);
}

static void draw_fence(struct canvas *canvas)
{
    struct paint wood = plain(0xcdbfa3), shade = plain(0x7b6d58);
    for (int i = 0; i < 9; i++) {
        double near = i / 8.0, x = 448 + 190 * near * (0.55 + 0.45 * near), foot = 424 + 46 * near, height = 24 + 34 * near;
        double w = 2.4 + 4.2 * near;
        fill_polygon(
            canvas,
            (struct point[]){{x - w, foot}, {x - w, foot - height}, {x, foot - height - w}, {x + w, foot - height}, {x + w, foot}},
            5, &wood);
        fill_box(canvas, x - w, foot - height, x - w * 0.3, foot, &shade);
    }
    draw_stroke(canvas, (struct point){440, 409}, (struct point){652, 430}, 3.2, 7.5, &wood);
    draw_stroke(canvas, (struct point){440, 419}, (struct point){652, 455}, 3.2, 7.5, &wood);
}

static void draw_grass(struct canvas *canvas)
{
    struct dice dice = {77};
    for (int i = 0; i < 2600; i++) {
        double near = (i + 0.5) / 2600, y = 392 + 100 * near, x = roll_between(&dice, -5, 645), tall = 5 + 20 * near * roll(&dice);
        struct paint blade = plain(0);
        if (y - tall < shore(x) + 4)
            continue;
        blade.colour = mix(from_srgb(0x2b4a1d), from_srgb(0xb6bd5c), roll(&dice) * roll(&dice));
        draw_stroke(canvas, (struct point){x, y}, (struct point){x + roll_between(&dice, -0.5, 0.5) * tall, y - tall},
                    0.9 + 1.3 * near, 0.3, &blade);
    }
    for (int i = 0; i < 46; i++) {
        double y = roll_between(&dice, 405, 476), x = roll_between(&dice, 0, 640), r = 1 + 2.4 * (y - 400) / 80;
        struct paint petal = plain(roll(&dice) < 0.5 ? 0xf2e9f4 : 0xd8413c), heart = plain(0xf3c33a);
        for (int k = 0; k < 5; k++)
            fill_ellipse(canvas, x + r * sine(k / 5.0), y - r * sine(k / 5.0 + 0.25), r * 0.75, r * 0.75, &petal);
        fill_ellipse(canvas, x, y, r * 0.6, r * 0.6, &heart);
    }
}

static void draw_birds(struct canvas *canvas)
{
    static const double flock[][3] = {{236, 88, 9}, {262, 74, 7}, {281, 95, 6}, {214, 104, 6}, {300, 70, 5}};
    struct paint ink = plain(0x3b3f4d);
    for (int i = 0; i < 5; i++) {
        struct point body = {flock[i][0], flock[i][1]};
        double span = flock[i][2];
        draw_stroke(canvas, body, (struct point){body.x - span, body.y - span * 0.5}, span * 0.2, 0.3, &ink);
        draw_stroke(canvas, body, (struct point){body.x + span * 1.1, body.y - span * 0.35}, span * 0.2, 0.3, &ink);
    }
}

void draw_photo(struct canvas *canvas)
{
    struct paint sky = shaded(0x3f74b0, shade_sky), disc = plain(0xfffbe8), far = shaded(0x6d7890, shade_far);
    struct paint near = shaded(0x566b4a, shade_near), water = shaded(0x2f5568, shade_water),
                 meadow = shaded(0x6d8a3c, shade_meadow);
    fill_box(canvas, 0, 0, 640, WATER, &sky);
    fill_ellipse(canvas, sun.x, sun.y, 23, 23, &disc);
    fill_below(canvas, far_ridge, WATER, &far);
    fill_below(canvas, near_ridge, WATER, &near);
    draw_far_shore(canvas);
    mirrored = canvas;
    fill_box(canvas, 0, WATER, 640, 420, &water);
    draw_birds(canvas);
    draw_boat(canvas);
    fill_below(canvas, shore, 480, &meadow);
    draw_mill(canvas);
    draw_tree(canvas, 612, 384, 120, 3);
    draw_tree(canvas, 254, 384, 104, 4);
    draw_house(canvas);
    draw_tree(canvas, 26, 412, 190, 6);
    draw_fence(canvas);
    draw_grass(canvas);
    draw_sign(canvas);
}
