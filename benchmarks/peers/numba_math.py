"""Elementary functions and random numbers in float32 that LLVM turns into vector code.

Numba has vector versions of exp and log only with Intel's library, which its wheels for this Python were not
built for; so these are written by hand, as polynomials without a branch.
"""

import numba  # pyright: ignore[reportMissingImports]
import numpy as np

#: Paths side by side: what one vector register of the processor holds.
L = 16

f4, i4, u4 = np.float32, np.int32, np.uint32
inline = numba.njit(inline="always", fastmath=True, error_model="numpy")
compiled = numba.njit(fastmath=True, error_model="numpy")


@inline
def exp(x):
    x = min(max(x, f4(-87.0)), f4(88.0))
    n = np.floor(x * f4(1.44269504) + f4(0.5))
    r = x - n * f4(0.693147181)
    p = f4(1.9875691500e-4)
    p = p * r + f4(1.3981999507e-3)
    p = p * r + f4(8.3334519073e-3)
    p = p * r + f4(4.1665795894e-2)
    p = p * r + f4(1.6666665459e-1)
    p = p * r + f4(5.0000001201e-1)
    p = p * r * r + r + f4(1.0)
    return p * i4((i4(n) + i4(127)) << i4(23)).view(f4)


@inline
def log(x):
    bits = f4(x).view(i4)
    e = f4(i4(bits >> i4(23)) - i4(126))
    m = i4((bits & i4(0x7FFFFF)) | i4(0x3F000000)).view(f4)
    low = m < f4(0.707106781)
    e = e - f4(1.0) if low else e
    m = m + m - f4(1.0) if low else m - f4(1.0)
    p = f4(7.0376836292e-2)
    p = p * m - f4(1.1514610310e-1)
    p = p * m + f4(1.1676998740e-1)
    p = p * m - f4(1.2420140846e-1)
    p = p * m + f4(1.4249322787e-1)
    p = p * m - f4(1.6668057665e-1)
    p = p * m + f4(2.0000714765e-1)
    p = p * m - f4(2.4999993993e-1)
    p = p * m + f4(3.3333331174e-1)
    square = m * m
    return m * square * p - f4(0.5) * square + m + f4(0.693147181) * e


@inline
def normal_cdf(x):
    """Within 1e-7 (Abramowitz and Stegun 7.1.26)."""
    x = x * f4(0.70710678)
    size = abs(x)
    t = f4(1.0) / (f4(1.0) + f4(0.3275911) * size)
    p = f4(1.061405429) * t - f4(1.453152027)
    p = p * t + f4(1.421413741)
    p = p * t - f4(0.284496736)
    p = p * t + f4(0.254829592)
    tail = f4(0.5) * p * t * exp(-size * size)
    return f4(1.0) - tail if x > f4(0.0) else tail


@compiled
def uniforms(w, count, state, block_size):
    """Fill rows with numbers in (0, 1): xoshiro128+, one generator a lane."""
    for k in range(count):
        for i in range(block_size):
            a, b, c, d = state[i], state[L + i], state[2 * L + i], state[3 * L + i]
            value = u4(a + d)
            shifted = u4(b << u4(9))
            c = u4(c ^ a)
            d = u4(d ^ b)
            state[L + i] = u4(b ^ c)
            state[i] = u4(a ^ d)
            state[2 * L + i] = u4(c ^ shifted)
            state[3 * L + i] = u4(u4(d << u4(11)) | u4(d >> u4(21)))
            w[k * L + i] = (f4(i4(value >> u4(9))) + f4(0.5)) * f4(2.0**-23)


@compiled
def normals(w, count, state, block_size):
    """Fill rows by Box and Muller, two at a time."""
    uniforms(w, count, state, block_size)
    for pair in range(count // 2):
        two = w[2 * pair * L : 2 * (pair + 1) * L]
        for i in range(block_size):
            radius = np.sqrt(f4(-2.0) * log(two[i]))
            a = f4(3.14159265) * (two[L + i] - f4(0.5))
            q = a * a
            s = f4(-2.5052108e-8) * q + f4(2.7557319e-6)
            s = s * q - f4(1.9841270e-4)
            s = s * q + f4(8.3333333e-3)
            s = s * q - f4(1.6666667e-1)
            s = s * q * a + a
            c = f4(2.0876757e-9) * q - f4(2.7557319e-7)
            c = c * q + f4(2.4801587e-5)
            c = c * q - f4(1.3888889e-3)
            c = c * q + f4(4.1666667e-2)
            c = c * q - f4(0.5)
            c = c * q + f4(1.0)
            two[i] = radius * f4(2.0) * s * c
            two[L + i] = radius * (f4(1.0) - f4(2.0) * s * s)
