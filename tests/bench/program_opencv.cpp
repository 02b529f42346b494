// program_opencv.cpp: a picture filtered by a small OpenCV program, as a user would write it: program_opencv sobel|gaussian IN OUT.
#include <cstdio>
#include <cstring>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    bool edges = std::strcmp(argv[1], "sobel") == 0;
    cv::Mat in = cv::imread(argv[2], edges ? cv::IMREAD_GRAYSCALE : cv::IMREAD_UNCHANGED), out;
    if (in.empty())
        return 1;
    if (edges) {
        cv::Mat gx, gy, length;
        cv::Sobel(in, gx, CV_32F, 1, 0, 3, 1, 0, cv::BORDER_REPLICATE);
        cv::Sobel(in, gy, CV_32F, 0, 1, 3, 1, 0, cv::BORDER_REPLICATE);
        cv::magnitude(gx, gy, length);
        length.convertTo(out, CV_8U);
    } else {
        cv::GaussianBlur(in, out, cv::Size(19, 19), 3, 3, cv::BORDER_REPLICATE);
    }
    return cv::imwrite(argv[3], out, {cv::IMWRITE_JPEG_QUALITY, 92}) ? 0 : 1;
}
