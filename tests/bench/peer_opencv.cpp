/* peer_opencv.cpp: each cell as a competent user of OpenCV's C++ API writes it: intermediate pictures are kept from run to run,
 * results land in the caller's memory, the border is replicated. */
#include "bench/peer.h"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <new>

namespace
{

int cv_depth(enum peer_depth depth)
{
    return depth == PEER_U8 ? CV_8U : depth == PEER_S16 ? CV_16S : CV_32F;
}

/* Two responses and their magnitude, for which OpenCV wants floats. */
struct gradient {
    cv::Mat gx, gy, fx, fy, length;

    void to_magnitude(cv::Mat &out)
    {
        if (gx.depth() == CV_32F) {
            cv::magnitude(gx, gy, length);
        } else {
            gx.convertTo(fx, CV_32F);
            gy.convertTo(fy, CV_32F);
            cv::magnitude(fx, fy, length);
        }
        length.convertTo(out, out.depth());
    }
};

} // namespace

struct peer {
    peer_job job;
    cv::Mat in, out, taps, whole;
    gradient edges;

    explicit peer(const peer_job &wanted) : job(wanted)
    {
        int w = (job.width + job.stride - 1) / job.stride, h = (job.height + job.stride - 1) / job.stride;
        in = cv::Mat(job.height, job.width, CV_MAKETYPE(cv_depth(job.in_depth), job.channels), const_cast<void *>(job.in));
        out = cv::Mat(h, w, CV_MAKETYPE(cv_depth(job.out_depth), job.channels), job.out);
        if (job.taps)
            taps = cv::Mat(job.size, job.size, CV_32F, const_cast<float *>(job.taps)).clone();
    }

    void prewitt()
    {
        static const cv::Mat difference = (cv::Mat_<float>(3, 1) << -1, 0, 1), ones = cv::Mat::ones(3, 1, CV_32F);
        cv::sepFilter2D(in, edges.gx, CV_16S, difference, ones, cv::Point(-1, -1), 0, cv::BORDER_REPLICATE);
        cv::sepFilter2D(in, edges.gy, CV_16S, ones, difference, cv::Point(-1, -1), 0, cv::BORDER_REPLICATE);
        edges.to_magnitude(out);
    }

    void sobel(int depth)
    {
        cv::Sobel(in, edges.gx, depth, 1, 0, 3, 1, 0, cv::BORDER_REPLICATE);
        cv::Sobel(in, edges.gy, depth, 0, 1, 3, 1, 0, cv::BORDER_REPLICATE);
        edges.to_magnitude(out);
    }

    void scharr()
    {
        cv::Scharr(in, edges.gx, CV_16S, 1, 0, 1, 0, cv::BORDER_REPLICATE);
        cv::Scharr(in, edges.gy, CV_16S, 0, 1, 1, 0, cv::BORDER_REPLICATE);
        edges.to_magnitude(out);
    }

    /* A strided result is filtered whole and then thinned: OpenCV has no strided filter. */
    void filter()
    {
        cv::Mat &target = job.stride > 1 ? whole : out;
        cv::filter2D(in, target, out.depth(), taps, cv::Point(-1, -1), 0, cv::BORDER_REPLICATE);
        if (job.stride > 1)
            cv::resize(whole, out, out.size(), 0, 0, cv::INTER_NEAREST);
    }

    void run()
    {
        switch (job.op) {
        case PEER_SOBEL:
            return sobel(CV_16S);
        case PEER_SOBEL_F32:
            return sobel(CV_32F);
        case PEER_PREWITT:
            return prewitt();
        case PEER_SCHARR:
            return scharr();
        case PEER_SOBEL_X:
            return cv::Sobel(in, out, out.depth(), 1, 0, 3, 1, 0, cv::BORDER_REPLICATE);
        case PEER_LAPLACIAN:
            return cv::Laplacian(in, out, out.depth(), 1, 1, 0, cv::BORDER_REPLICATE);
        case PEER_GAUSSIAN:
            return cv::GaussianBlur(in, out, cv::Size(job.size, job.size), job.sigma, job.sigma, cv::BORDER_REPLICATE);
        case PEER_BOX:
            return cv::blur(in, out, cv::Size(job.size, job.size), cv::Point(-1, -1), cv::BORDER_REPLICATE);
        case PEER_FILTER:
            return filter();
        }
    }
};

struct peer *opencv_open(const struct peer_job *job)
{
    return new (std::nothrow) peer(*job);
}

void opencv_run(struct peer *peer)
{
    peer->run();
}

void opencv_close(struct peer *peer)
{
    delete peer;
}

void opencv_threads(int threads)
{
    cv::setNumThreads(threads);
}
