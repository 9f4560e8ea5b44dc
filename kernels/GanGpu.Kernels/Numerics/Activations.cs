using System.Runtime.CompilerServices;

namespace GanGpu.Kernels.Numerics;

/// <summary>
/// An elementwise non-linearity y = f(x) as a type, so that it is inlined into a kernel generic over it. The derivative
/// is computed from the output, the only value that a network keeps.
/// </summary>
internal interface IActivation
{
    /// <summary>f(x).</summary>
    float Apply(float x, float leak);

    /// <summary>f'(x), given y = f(x).</summary>
    float Derivative(float y, float leak);
}

/// <summary>f(x) = x.</summary>
internal readonly struct IdentityActivation : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Apply(float x, float leak) => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Derivative(float y, float leak) => 1f;
}

/// <summary>f(x) = x for x &gt; 0, otherwise leak · x. The leak is positive, so y has the sign of x.</summary>
internal readonly struct LeakyReluActivation : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Apply(float x, float leak) => x > 0f ? x : leak * x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Derivative(float y, float leak) => y > 0f ? 1f : leak;
}

/// <summary>f(x) = 0 for x ≤ 0, otherwise x; NaN stays NaN.</summary>
internal readonly struct ReluActivation : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Apply(float x, float leak) => x <= 0f ? 0f : x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Derivative(float y, float leak) => y > 0f ? 1f : 0f;
}

/// <summary>f(x) = tanh x, f' = 1 − y².</summary>
internal readonly struct TanhActivation : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Apply(float x, float leak) => PreciseMath.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Derivative(float y, float leak) => 1f - y * y;
}

/// <summary>f(x) = 1 / (1 + e^−x), f' = y (1 − y).</summary>
internal readonly struct SigmoidActivation : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Apply(float x, float leak) => PreciseMath.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Derivative(float y, float leak) => y * (1f - y);
}
