# program_cv2.py: the same picture filtered by a Python script: program_cv2.py sobel|gaussian IN OUT.
import sys

import cv2

operation, source, target = sys.argv[1:4]
if operation == "sobel":
    picture = cv2.imread(source, cv2.IMREAD_GRAYSCALE)
    gx = cv2.Sobel(picture, cv2.CV_32F, 1, 0, borderType=cv2.BORDER_REPLICATE)
    gy = cv2.Sobel(picture, cv2.CV_32F, 0, 1, borderType=cv2.BORDER_REPLICATE)
    result = cv2.convertScaleAbs(cv2.magnitude(gx, gy))
else:
    result = cv2.GaussianBlur(cv2.imread(source, cv2.IMREAD_UNCHANGED), (19, 19), 3, borderType=cv2.BORDER_REPLICATE)
cv2.imwrite(target, result, [cv2.IMWRITE_JPEG_QUALITY, 92])
